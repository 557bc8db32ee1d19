"""Two rows that turn out to be one person."""

import pytest
from django.db import transaction
from django.utils import timezone

from shop.customers import consent, merging, privacy
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import OrderPlaced
from shop.forks.reviews.models import ProductReview
from tests import make

pytestmark = pytest.mark.django_db


def test_everything_changes_hands():
    keep, other = make.customer(first_name="Ana"), make.customer(first_name="A.", phone="+373")
    with transaction.atomic():
        log.record(OrderPlaced(order_id=1, number="1", total="1", currency="EUR"), customer=other)
    consent.give(other, "stock", source="form")
    kept = merging.merge(keep, other)
    assert (kept.first_name, kept.phone) == ("Ana", "+373")
    assert consent.is_given(kept, "stock")
    assert set(kept.events.values_list("kind", flat=True)) == {"order.placed", "customer.consent_given", "customer.merged"}


def test_the_last_decision_counts_whichever_row_it_was_made_on():
    keep, other = make.customer(), make.customer()
    consent.give(keep, "news", source="form", confirmed_at=timezone.now())
    consent.give(other, "news", source="form", confirmed_at=timezone.now())
    consent.withdraw(other, "news", source="unsubscribe")
    assert not consent.is_given(merging.merge(keep, other), "news")


def test_links_with_the_id_of_the_merged_row_lead_to_the_kept_one():
    keep, other = make.customer(), make.customer()
    merging.merge(keep, other)
    assert Customer.objects.by_uid(other.uid) == keep
    assert list(Customer.objects.known()) == [keep]


def test_two_accounts_are_not_merged():
    ana, ben = make.customer(user=make.user()), make.customer(user=make.user())
    with pytest.raises(merging.CannotMerge):
        merging.merge(ana, ben)
    assert ben.events.count() == 0


def test_nobody_is_merged_with_the_erased_or_with_themselves():
    ana, ben = make.customer(), make.customer()
    with pytest.raises(merging.CannotMerge):
        merging.merge(ana, ana)
    privacy.erase(ben)
    with pytest.raises(merging.CannotMerge):
        merging.merge(ana, ben)


def test_what_both_have_of_a_thing_that_one_may_have_once_stays_behind():
    keep, other, assam = make.customer(), make.customer(), make.product()
    for customer in (keep, other):
        ProductReview.objects.create(product=assam, customer=customer, score=5, title="Good", body="Good")
    ProductReview.objects.create(product=make.product("Ceylon"), customer=other, score=4, title="Good", body="Good")
    merging.merge(keep, other)
    assert (keep.reviews.count(), other.reviews.count()) == (2, 1)


def test_every_model_with_one_row_for_a_customer_says_how_two_become_one():
    assert merging.lacking_a_rule() == []
