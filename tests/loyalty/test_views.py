from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from loyalty import ledger
from loyalty.models import Account, Rule, Tier
from loyalty.templatetags.loyalty import points_for_order
from shop.forks.order.models import Order
from shop.payments import refunds, settlement
from tests import make
from tests.loyalty import make as loyal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def running():
    loyal.programme(point_value=Decimal("0.05"), lasts_months=12)
    loyal.rule()


def of(customer):
    client = Client()
    client.force_login(customer.user)
    return client


def words(answer):
    return " ".join(answer.content.decode().split())


def test_the_page_of_ones_points():
    ana = loyal.member()
    loyal.points(ana, 120)
    ledger.earn(ana, 30, "review", cause="review:1", available_at=timezone.now() + timedelta(days=3))
    page = words(of(ana).get(reverse("loyalty:account")))
    assert "points to spend, worth €6.00" in page
    assert "For your review" in page
    assert "+30" in page and "A present from us" in page


def test_nobody_sees_anybody_elses():
    ana, ben = loyal.member(), loyal.member()
    loyal.points(ana, 7123)
    assert "7123" not in words(of(ben).get(reverse("loyalty:account")))


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(reverse("loyalty:account")).status_code == 302


def test_an_address_that_is_not_confirmed_shows_nothing():
    user = make.user("ana@example.com")
    loyal.points(make.customer("ana@example.com"), 7123)
    client = Client()
    client.force_login(user)
    page = words(client.get(reverse("loyalty:account")))
    assert "7123" not in page and "Confirm your address" in page


def test_a_history_of_many_pages_costs_the_same(costs_the_same):
    ana = loyal.member()
    browser = of(ana)
    costs_the_same(show=lambda: browser.get(reverse("loyalty:account")), add_row=lambda: loyal.points(ana, 5))


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "²", "00001" + "9" * 20])
def test_strange_page_numbers_are_answered(page):
    ana = loyal.member()
    loyal.points(ana, 5)
    assert of(ana).get(reverse("loyalty:account"), {"page": page}).status_code == 200


def test_the_programme_in_one_screen(client):
    loyal.rule("sign_up", points=25)
    loyal.tier("Gold", "400", multiplier=Decimal("1.25"))
    page = words(client.get(reverse("loyalty:programme")))
    for said in ("1 point for each €1.00", "100 points are €5.00", "12 months", "Open an account", "+25", "Gold", "1.25 times"):
        assert said in page


def test_the_programme_costs_no_query_once_known(client, django_assert_max_num_queries):
    client.get(reverse("loyalty:programme"))
    with django_assert_max_num_queries(1):
        client.get(reverse("loyalty:programme"))


def test_without_a_programme_there_is_no_page(client):
    loyal.programme(is_on=False)
    assert client.get(reverse("loyalty:programme")).status_code == 404
    assert "Earns" not in words(client.get(make.product().get_absolute_url()))


def test_a_product_says_what_it_earns(client):
    assert "Earns 8 points" in words(client.get(make.product(price="8.50").get_absolute_url()))


def test_a_products_page_needs_no_query_more_for_it(client, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = make.product(price="8.50").get_absolute_url()
    counts = []
    for is_on in (False, True):
        loyal.programme(is_on=is_on)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_basket_and_the_order_say_the_same(client):
    make.delivery()
    product = make.product(price="8.50")
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 3})
    assert "This order earns <strong>25 points</strong>" in words(client.get(reverse("basket:summary")))
    order = make.paid_order(product, quantity=3)
    page = words(client.get(reverse("checkout:thank-you", args=[order.token])))
    assert "This order earns <strong>25 points</strong>" in page


# The admin


@pytest.fixture
def merchant(client):
    client.force_login(make.staff("merchant"))
    return client


def test_an_account_is_corrected_through_the_ledger(merchant):
    ana = make.customer()
    loyal.points(ana, 50)
    address = reverse("admin:loyalty_account_correct", args=[loyal.account(ana).pk])
    form = {"points": "-20", "note": "Typed twice", "cause": "3e2b0b44-6f0f-4a0f-9f0a-0d6f6f2a9d55"}
    for _twice in range(2):
        assert merchant.post(address, form).status_code == 302
    assert loyal.pots(ana) == {"available": 30, "reversed": 20}
    assert "Typed twice" in words(merchant.get(reverse("admin:loyalty_account_change", args=[loyal.account(ana).pk])))


@pytest.mark.parametrize(("points", "said"), [("-51", "The customer has 50."), ("0", "How many?"), ("x", "whole number")])
def test_a_correction_that_cannot_be_is_explained(merchant, points, said):
    ana = make.customer()
    loyal.points(ana, 50)
    address = reverse("admin:loyalty_account_correct", args=[loyal.account(ana).pk])
    answer = merchant.post(address, {"points": points, "note": "n", "cause": "3e2b0b44-6f0f-4a0f-9f0a-0d6f6f2a9d55"})
    assert said in words(answer)


def test_a_changed_rule_is_a_new_version(merchant):
    rule = Rule.objects.get()
    loyal.points(make.customer(), 5, rule=rule)
    address = reverse("admin:loyalty_rule_change", args=[rule.pk])
    form = {"is_on": "on", "name": "Double", "rate": "2", "base": "with_tax", "priority": "0"}
    answer = merchant.post(address, form)
    assert answer.status_code == 302, words(answer)[-3000:]
    assert sorted(Rule.objects.values_list("rate", flat=True)) == [1, 2]
    assert Rule.objects.standing().get().rate == 2


def test_a_tier_says_who_moves_before_it_is_saved(merchant):
    ana = make.customer()
    loyal.points(ana, 1)
    Account.objects.update(spend=Decimal(90))
    form = {"threshold": "80", "multiplier": "1", "name_en": "Green"}
    answer = merchant.post(reverse("admin:loyalty_tier_add"), form)
    assert "1 customers go from “no tier” to “Green”." in words(answer)
    assert not Tier.objects.exists()
    assert merchant.post(reverse("admin:loyalty_tier_add"), {**form, "has_seen": "on"}).status_code == 302
    assert Tier.objects.get().threshold == 80


def test_support_gives_points_within_its_limit(client):
    ana = make.customer()
    client.force_login(make.staff("support"))
    form = {"what": "points", "amount": "501", "reason": "late", "cause": "3e2b0b44-6f0f-4a0f-9f0a-0d6f6f2a9d55"}
    assert client.post(reverse("goodwill", args=[ana.pk]), form).status_code == 200
    assert not Account.objects.exists()
    assert client.post(reverse("goodwill", args=[ana.pk]), {**form, "amount": "500"}).status_code == 302
    assert loyal.pots(ana) == {"available": 500}


def test_the_customers_page_shows_points(merchant):
    ana = make.customer()
    loyal.points(ana, 77)
    assert "77 points" in words(merchant.get(reverse("admin:customers_customer_change", args=[ana.pk])))


def test_an_order_says_what_it_earns_after_a_refund_and_nothing_once_it_is_given_up():
    loyal.rule()
    order = make.order(make.product(price="10.00"), quantity=3)
    assert points_for_order(order).points == 30
    settlement.give_up(order)
    assert points_for_order(Order.objects.get(pk=order.pk)) is None
    paid = make.paid_order(make.product(price="10.00"), quantity=3)
    refunds.refund(paid, {paid.lines.get().pk: 1}, reason="", by=None)
    assert points_for_order(paid).points == 20
