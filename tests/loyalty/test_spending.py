"""Paying with points, as a shopper meets it: in the basket, at the checkout, on the order's page, after a refund."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from loyalty import spending
from loyalty.models import Account, Lot, Programme
from shop.customers.models import Customer
from shop.forks.basket.models import Basket
from shop.forks.offer.models import Range
from shop.forks.order.models import Order
from shop.mail.models import Message
from shop.orders import credits, quotes
from shop.payments import refunds, settlement
from tests import make
from tests.loyalty import make as have
from tests.loyalty import shopping

pytestmark = pytest.mark.django_db

TYPED = {
    "country": "RO",
    "first_name": "Ana",
    "last_name": "Pop",
    "line1": "Strada Ceaiului 4",
    "line4": "București",
    "state": "București",
    "postcode": "010011",
    "shipping": "courier",
    "payment": "test",
}
USE = reverse("basket:credits", args=["points"])
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def programme():
    make.delivery("4.90", free_over=None)
    return have.programme()


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


def at_the_basket(points=1240, price="10.00"):
    """A member with points and something in the basket."""
    user, customer = shopping.member(points)
    shopping.basket(user, make.product("Assam", price=price), points=0)
    return browser_of(user), user, customer


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def checkout_form(browser, **typed):
    page = browser.get(reverse("checkout:index")).content.decode()
    hidden = dict(re.findall(r'name="(basket|seen_total|seen_due)" value="([^"]*)"', page))
    return {**TYPED, **hidden, **typed}


def test_the_basket_says_what_one_has_and_what_is_left_to_pay():
    browser, _user, _customer = at_the_basket()
    page = words(browser.get(reverse("basket:summary")))
    assert "You have 1,240 points (= €12.40)." in page
    assert "To pay" not in page
    page = words(browser.post(USE, {"units": "300"}, follow=True))
    assert "300 points −€3.00 To pay €11.90" in page
    page = words(browser.post(USE, {"all": "1"}, headers=HTMX))
    assert "1,240 points −€12.40 To pay €2.50" in page
    assert "To pay" not in words(browser.post(USE, {"none": "1"}, follow=True))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("12.5", "Please type a whole number."),
        ("-3", "Please type a whole number."),
        ("many", "Please type a whole number."),
        ("9" * 30, "Please type a whole number."),
        ("٣٠٠", "Please type a whole number."),
        ("5000", "You have 1,240 points."),
        ("1 300", "You have 1,240 points."),
        ("1,000", "1,000 points −€10.00"),
        ("", "You have 1,240 points (= €12.40)."),
        ("0", "You have 1,240 points (= €12.40)."),
    ],
)
def test_what_is_typed_is_taken_or_answered_in_words(typed, says):
    browser, _user, _customer = at_the_basket()
    for headers in ({}, HTMX):
        assert says in words(browser.post(USE, {"units": typed}, headers=headers, follow=True))


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"min_spend": 2000}, "You can pay with 2,000 points or more."),
        ({"max_share": 50}, "Up to 745 points can pay for this basket."),
        ({"point_value": Decimal("0.10")}, "Up to 149 points can pay for this basket."),
    ],
)
def test_the_programmes_rules_hold_and_are_said(rules, says):
    browser, _user, _customer = at_the_basket()
    have.programme(**rules)
    assert says in words(browser.post(USE, {"units": "1240"}, follow=True))


def test_nobody_sees_points_who_has_not_shown_whose_they_are():
    """Guests who typed a known address, accounts with an address that is not confirmed, other people."""
    _browser, user, customer = at_the_basket()
    guest, stranger = Client(), browser_of(make.user())
    guest.post(reverse("basket:add", args=[make.product().pk]), {"quantity": "1"})
    stranger.post(reverse("basket:add", args=[make.product().pk]), {"quantity": "1"})
    guest.post(reverse("checkout:index"), checkout_form(guest, email=customer.email))
    for browser in (guest, stranger):
        browser.post(USE, {"all": "1"})
        for page in (reverse("basket:summary"), reverse("checkout:index")):
            assert "points" not in words(browser.get(page))
    Customer.objects.filter(pk=customer.pk).update(user=None)
    unconfirmed = browser_of(user)
    unconfirmed.post(USE, {"all": "1"})
    assert "points" not in words(unconfirmed.get(reverse("basket:summary")))
    assert have.pots(customer) == {"available": 1240}


def test_a_programme_that_is_off_takes_no_points():
    browser, user, _customer = at_the_basket()
    browser.post(USE, {"all": "1"})
    have.programme(is_on=False)
    assert "points" not in words(browser.get(reverse("basket:summary")))
    assert shopping.quote(Basket.objects.get(owner=user)).credits == []


def test_an_unknown_kind_of_credit_is_no_page(client):
    assert client.post(reverse("basket:credits", args=["gold"]), {"all": "1"}).status_code == 404
    assert client.get(USE).status_code == 405


def test_the_checkout_draws_itself_anew_and_the_order_holds_and_spends_the_points(deliver):
    browser, user, customer = at_the_basket()
    form = checkout_form(browser, email=user.email)
    drawn = browser.post(USE, {**form, "units": "500", "back": "checkout"}, headers=HTMX)
    assert 'id="checkout-summary"' in drawn.content.decode()
    assert "500 points −€5.00 To pay €9.90" in words(drawn)
    assert "Order and pay €9.90" in words(drawn)
    answer = browser.post(reverse("checkout:index"), checkout_form(browser, email=user.email))
    assert have.pots(customer) == {"available": 740, "held": 500}
    browser.post(answer.url, {"ending": "pay"})
    order = Order.objects.get()
    thanks = words(browser.get(reverse("checkout:return", args=[order.token]), follow=True))
    assert "500 points -€5.00 Paid €9.90" in thanks.replace("−", "-")
    assert have.pots(customer)["spent"] == 500
    assert order.attempts.get().amount == Decimal("9.90")
    deliver()
    mail = Message.objects.get(kind="order_paid")
    assert "We have received €9.90" in " ".join(mail.text.split())
    assert "500 points" in mail.text


def test_points_that_pay_everything_need_no_card(deliver):
    browser, user, customer = at_the_basket(points=5000)
    browser.post(USE, {"all": "1"})
    page = browser.get(reverse("checkout:index"))
    assert "Nothing to pay" in words(page)
    answer = browser.post(reverse("checkout:index"), checkout_form(browser, email=user.email, payment="free"))
    assert "thank" in answer.url
    assert Order.objects.get().status == "paid"
    assert have.pots(customer)["spent"] == 1490
    deliver()
    assert "There is nothing to pay" in Message.objects.get(kind="order_paid").text


def test_points_that_went_meanwhile_are_said_and_nothing_is_ordered():
    browser, user, customer = at_the_basket(points=1000)
    browser.post(USE, {"units": "1000"})
    form = checkout_form(browser, email=user.email)
    other = shopping.member()[1]
    assert other != customer
    Lot.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    Account.objects.update(expires_on=timezone.localdate() - timedelta(days=1), expiring=1000)
    answer = browser.post(reverse("checkout:index"), form)
    assert "What you can use of your balance has changed" in words(answer)
    assert not Order.objects.exists()
    assert "Order and pay €14.90" in words(answer)


def test_points_over_their_last_day_are_not_counted_before_the_night_takes_them():
    _user, customer = shopping.member(300)
    have.points(customer, 200)
    Lot.objects.filter(points=300).update(expires_on=timezone.localdate() - timedelta(days=1))
    Account.objects.update(expires_on=timezone.localdate() - timedelta(days=1), expiring=300)
    assert spending.spendable(have.account(customer)) == 200


def test_one_item_that_comes_back_brings_its_points_and_its_money(deliver):
    user, customer = shopping.member(1000)
    order = make.pay(shopping.order(user, make.product(price="10.00"), make.product(price="5.00"), points=900))
    line = order.lines.order_by("pk").first()
    made = refunds.refund(order, {line.pk: 1}, reason="broken", by=None)
    assert made.amount + made.credited == Decimal("10.00")
    assert have.pots(customer)["available"] == 100 + int(made.credited * 100)
    deliver()
    mail = Message.objects.get(kind="order_refunded")
    assert credits.counted("points", int(made.credited * 100)) in mail.text


def test_an_order_that_is_given_up_frees_its_points_and_opens_the_basket_as_it_was():
    user, customer = shopping.member(1000)
    order = shopping.order(user, make.product(price="10.00"), points=400)
    assert have.pots(customer) == {"available": 600, "held": 400}
    settlement.give_up(order, "left")
    assert have.pots(customer) == {"available": 1000}
    assert Basket.objects.get(owner=user, status="Open").credits_asked == {"points": 400}


def test_the_merchants_page_says_what_points_paid_and_what_goes_back(client):
    user, _customer = shopping.member(1000)
    order = make.pay(shopping.order(user, make.product(price="10.00"), points=400, quantity=2))
    client.force_login(make.staff("merchant"))
    page = words(client.get(reverse("admin:order_order_change", args=[order.pk])))
    assert "400 points" in page and "€20.90" in page
    line = order.lines.get()
    asked = {f"line_{line.pk}": "1", "reason": "broken", "restock": "on"}
    act = reverse("admin:order_order_act", args=[order.pk, "refund"])
    sure = words(client.post(act, asked))
    assert "points." in sure and "goes back the way it was paid" in sure


def test_with_no_points_the_pages_ask_nothing_more(django_assert_max_num_queries):
    """Guests pay no query for a programme that is not theirs."""
    make.order()
    filled = make.basket(make.product())
    seen = quotes.quote(filled, country="RO")
    with django_assert_max_num_queries(0):
        assert credits.offers(filled, None, seen) == []
    assert Programme.objects.count() == 1


def test_what_the_merchant_named_is_not_paid_with_points():
    card, tea = make.product("Gift card", price="20.00"), make.product("Assam", price="10.00")
    cards = Range.objects.create(name="Gift cards")
    cards.add_product(card)
    have.programme(unpayable_range=cards)
    user, _customer = shopping.member(9000)
    basket = shopping.basket(user, card, tea, points=9000)
    quote = shopping.quote(basket)
    (use,) = quote.credits
    titles = {line.pk: line.product.title for line in basket.all_lines()}
    assert {titles.get(part, "delivery") for part in use.shares} == {"Assam", "delivery"}
    assert (quote.total, quote.due) == (Decimal("34.90"), Decimal("20.00"))
    order = shopping.place(basket, user, total=quote.total, due=quote.due)
    assert order.credit_total == Decimal("14.90")
