"""Reviews are written by buyers, read by staff first, and seen by all afterwards."""

import pytest
from django.urls import reverse
from django.utils import timezone

from shop.customers.models import Customer
from shop.forks.reviews.models import ProductReview
from shop.orders import fulfilment
from tests import make

pytestmark = pytest.mark.django_db
TYPED = {"score": "4", "title": "Round", "body": "Malty and dark.", "name": "Ana"}


def _form(product, query="") -> str:
    return reverse("catalogue:reviews-add", args=[product.slug, product.pk]) + query


def _buyer(client, *products):
    """Somebody logged in who ordered while logged in."""
    user = make.user("ana@example.com")
    order = make.paid_order(*products, user=user, email=user.email)
    client.force_login(user)
    return order


def test_a_buyers_review_waits_for_approval(client):
    tea = make.product()
    order = _buyer(client, tea)
    response = client.post(_form(tea), TYPED)
    assert response.status_code == 302
    review = ProductReview.objects.get()
    assert (review.score, review.status, review.order_line) == (4, ProductReview.FOR_MODERATION, order.lines.get())
    assert review.customer == order.customer
    assert b"Malty and dark." not in client.get(response["Location"]).content


def test_an_approved_review_is_shown_as_a_verified_purchase(client):
    tea = make.product()
    _buyer(client, tea)
    client.post(_form(tea), TYPED)
    review = ProductReview.objects.get()
    review.status = ProductReview.APPROVED
    review.save()
    page = client.get(reverse("catalogue:reviews-list", args=[tea.slug, tea.pk])).content.decode()
    assert "Malty and dark." in page
    assert "verified purchase" in page


def test_who_has_not_bought_it_may_not_review_it(client):
    tea, cup = make.product(), make.product()
    _buyer(client, cup)
    assert client.get(_form(tea)).status_code == 403
    assert client.post(_form(tea), TYPED).status_code == 403
    assert not ProductReview.objects.exists()


def test_what_a_guest_bought_counts_for_an_account_once_the_address_is_confirmed(client):
    tea = make.product()
    order = make.paid_order(tea, email="ben@example.com")
    user = make.user("ben@example.com")
    client.force_login(user)
    assert client.get(_form(tea)).status_code == 403
    Customer.objects.filter(pk=order.customer.pk).update(user=user, email_confirmed_at=timezone.now())
    assert client.get(_form(tea)).status_code == 200


def test_a_stranger_is_asked_to_log_in(client):
    response = client.get(_form(make.product()))
    assert response.status_code == 403
    assert reverse("account_login") in response.content.decode()


def test_a_guest_reviews_by_the_secret_address_of_the_order(client):
    tea = make.product()
    order = make.paid_order(tea)
    assert client.post(_form(tea, f"?order={order.token}"), TYPED).status_code == 302
    assert ProductReview.objects.get().customer == order.customer


def test_an_order_that_is_neither_paid_nor_sent_proves_nothing_and_shows_nobodys_review(client):
    tea = make.product()
    ana = make.paid_order(tea, email="ana@example.com").customer
    make.review(tea, body="Between us: too dark.", by=ana, approved=False)
    # Whoever types her address at a checkout and promises to pay at the door is not her.
    order = make.order(tea, email="ana@example.com", payment_code="cash_on_delivery")
    page = client.get(_form(tea, f"?order={order.token}"))
    assert page.status_code == 403 and b"too dark" not in page.content
    assert client.post(_form(tea, f"?order={order.token}"), TYPED).status_code == 403
    fulfilment.ship(order, {order.lines.get().pk: 1})
    assert client.get(_form(tea, f"?order={order.token}")).status_code == 200


@pytest.mark.parametrize("token", ["", "abc", "00000000-0000-0000-0000-000000000000", "%00"])
def test_a_wrong_key_proves_nothing(client, token):
    assert client.get(_form(make.product(), f"?order={token}")).status_code == 403


def test_an_order_of_something_else_proves_nothing(client):
    order = make.paid_order(make.product())
    assert client.get(_form(make.product(), f"?order={order.token}")).status_code == 403


def test_a_second_review_takes_the_place_of_the_first_and_waits_again(client):
    tea = make.product()
    _buyer(client, tea)
    client.post(_form(tea), TYPED)
    ProductReview.objects.update(status=ProductReview.APPROVED)
    client.post(_form(tea), {**TYPED, "score": "2"})
    review = ProductReview.objects.get()
    assert (review.score, review.status) == (2, ProductReview.FOR_MODERATION)
    assert review.customer.events.filter(kind="review.written").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"score": ""}, {"score": "6"}, {"score": "0"}, {"score": "x"}, {"body": ""}, {"body": "x" * 5001}, {"name": ""}]
)
def test_what_cannot_be_right_is_said_beside_the_field(client, wrong):
    tea = make.product()
    _buyer(client, tea)
    response = client.post(_form(tea), {**TYPED, **wrong})
    assert response.status_code == 422
    assert not ProductReview.objects.exists()


def test_extra_fields_decide_nothing(client):
    tea = make.product()
    _buyer(client, tea)
    client.post(_form(tea), {**TYPED, "status": "1", "product": "999", "customer": "1", "order_line": "1"})
    review = ProductReview.objects.get()
    assert (review.status, review.product) == (ProductReview.FOR_MODERATION, tea)


def test_markup_in_a_review_is_shown_as_text(client):
    tea = make.product()
    make.review(tea, body="<script>alert(1)</script>")
    page = client.get(reverse("catalogue:detail", args=[tea.slug, tea.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
