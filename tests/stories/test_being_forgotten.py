"""Somebody with an account, orders and a subscription asks to be forgotten."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from shop.customers import accounts, consent, privacy
from shop.customers.models import User
from shop.forks.order.models import Order
from tests import make

pytestmark = pytest.mark.django_db


def test_the_person_goes_and_the_order_stays():
    user = make.user("ana@example.com", "a long password")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    ana = accounts.confirm(user)
    consent.give(ana, "news", source="account", confirmed_at=timezone.now())
    placed = make.paid_order(user=user, email=user.email)
    total = placed.total_incl_tax
    privacy.erase(ana)
    placed = Order.objects.get(pk=placed.pk)
    assert (placed.total_incl_tax, placed.customer, placed.user) == (total, ana, None)
    assert placed.lines.count() == 1
    assert not User.objects.filter(email="ana@example.com").exists()
    ana.refresh_from_db()
    assert str(ana) == "erased customer"


def test_the_file_with_ones_data_holds_orders_reviews_and_wishes():
    user = make.user("ana@example.com")
    ana = accounts.confirm(user)
    tea = make.product("Assam")
    make.paid_order(tea, user=user, email=user.email, last_name="Popescu")
    make.review(tea, by=ana, body="Strong and kind.")
    user.wishlists.create(name="Later")
    data = json.loads(privacy.export_json(ana))
    (order,) = data["orders"]
    assert (order["email"], order["lines"][0]["title"], order["delivery"]["last_name"]) == (
        "ana@example.com",
        "Assam",
        "Popescu",
    )
    assert data["reviews"][0]["body"] == "Strong and kind."
    assert data["wish lists"][0]["name"] == "Later"
    privacy.erase(ana)
    assert ana.reviews.get().name == ""
