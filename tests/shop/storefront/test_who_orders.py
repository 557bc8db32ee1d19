"""Promotions for some people, at a checkout that learns who they are only when they order."""

from decimal import Decimal

import pytest
from django.urls import reverse

from shop.forks.order.models import Order
from shop.orders import quotes
from tests import make
from tests.loyalty import make as loyal
from tests.shop.storefront.test_checkout import ANA, HTMX, UPDATE, order, shown

pytestmark = pytest.mark.django_db


def somebody_who_has_ordered_comes_back(client):
    """There is a promotion for first orders, and something in the basket that it is for."""
    make.delivery(countries=("RO",))
    make.offer(percent="10", audience="first_order")
    tea = make.product(price="10.00", stock=9)
    make.order(tea, email=ANA["email"])
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": 1})


@pytest.mark.parametrize("fields", [{"audience": "first_order"}, {"max_user_applications": 1}])
@pytest.mark.parametrize("has_account", [False, True])
def test_who_has_had_a_promotion_is_told_what_it_costs_without_and_can_order(client, fields, has_account):
    make.delivery(countries=("RO",))
    make.offer(percent="10", **fields)
    tea = make.product(price="10.00", stock=9)
    make.order(tea, email=ANA["email"])
    if has_account:  # of which nobody knows yet that the address is theirs
        client.force_login(make.user(ANA["email"]))
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": 1})
    refused = order(client)
    assert "The total has changed" in refused.content.decode()
    assert refused.context["quote"].total == Decimal("14.90")
    placed = order(client)
    assert placed.status_code == 302
    assert Order.objects.latest("pk").total_incl_tax == Decimal("14.90")


def test_what_is_known_of_one_person_says_nothing_of_another(client):
    somebody_who_has_ordered_comes_back(client)
    order(client)
    assert order(client, email="ben@example.com").context["quote"].total == Decimal("13.90")
    assert order(client, email="ben@example.com").status_code == 302


def test_the_owner_of_an_account_is_shown_what_they_can_still_have():
    make.offer(percent="10", max_user_applications=1)
    person, tea = loyal.member(), make.product(price="10.00")
    make.order(tea, user=person.user, email=person.email)
    assert quotes.quote(make.basket(tea, owner=person.user), country="RO").discount_total == 0


def test_another_way_of_delivery_is_added_to_what_it_costs_this_person(client):
    somebody_who_has_ordered_comes_back(client)
    make.delivery("1.00", code="locker", countries=("RO",))
    order(client)
    answer = client.post(UPDATE, {**ANA, **shown(client), "shipping": "locker"}, headers=HTMX)
    assert answer.context["quote"].total == Decimal("11.00")


def test_nobody_finds_out_of_one_address_after_the_other_who_has_ordered_here(client):
    somebody_who_has_ordered_comes_back(client)
    for number in range(20):
        assert order(client, email=f"{number}@example.com", seen_total="1").status_code == 200
    assert order(client, seen_total="1").context["quote"].total == Decimal("13.90"), "what it costs a stranger"
    assert Order.objects.count() == 1
