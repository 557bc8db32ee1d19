"""Reviews count once they are approved, and are written by buyers."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import override

from shop.forks.catalogue.models import Product
from shop.forks.reviews import opinions
from tests import make

pytestmark = pytest.mark.django_db


def _row(product: Product) -> tuple[float | None, int]:
    fresh = Product.objects.get(pk=product.pk)
    return fresh.rating, fresh.review_count


def test_only_approved_reviews_make_the_rating():
    tea = make.product()
    make.review(tea, 5)
    waiting = make.review(tea, 2, approved=False)
    assert _row(tea) == (5, 1)
    waiting.status = waiting.APPROVED
    waiting.save()
    assert _row(tea) == (3.5, 2)


def test_a_deleted_review_no_longer_counts():
    tea = make.product()
    make.review(tea, 4).delete()
    assert _row(tea) == (None, 0)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_there_are_one_to_five_stars(score):
    tea = make.product()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.review(tea, score)


def test_a_person_reviews_a_product_once():
    tea, ana = make.product(), make.customer()
    make.review(tea, by=ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.review(tea, by=ana)


def test_the_distribution_has_all_stars_and_adds_up():
    tea = make.product()
    for score in (5, 5, 4, 1):
        make.review(tea, score)
    tea.refresh_from_db()
    said = opinions.of_product(tea)
    assert [(share.stars, share.count, share.percent) for share in said.shares] == [
        (5, 2, 50),
        (4, 1, 25),
        (3, 0, 0),
        (2, 0, 0),
        (1, 1, 25),
    ]
    assert said.mean == 3.75


def test_readers_see_reviews_in_their_language_first():
    tea = make.product()
    for language in ("uk", "en", "ro"):
        review = make.review(tea, body=language)
        type(review).objects.filter(pk=review.pk).update(language=language)
    tea.refresh_from_db()
    with override("uk"):
        assert [review.body for review in opinions.of_product(tea).newest] == ["uk", "ro", "en"]


def test_a_product_without_reviews_costs_no_query(django_assert_num_queries):
    tea = make.product()
    with django_assert_num_queries(0):
        assert opinions.of_product(tea).count == 0


def test_a_paid_order_proves_the_purchase_of_a_product_and_of_its_variants():
    tea = make.variants()
    order = make.paid_order(tea.children.first())
    assert opinions.bought_line(tea, Q(order__customer=order.customer)) == order.lines.get()
    assert opinions.bought_line(tea, Q(order__customer=make.customer())) is None


def test_an_order_not_paid_proves_nothing():
    tea = make.product()
    order = make.order(tea)
    assert opinions.bought_line(tea, Q(order=order)) is None
