"""The same races through the shop's own pages: many browsers at once, and nobody sees an error page."""

import re

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from shop.forks.basket.middleware import COOKIE, SIGNER
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.payments.models import PaymentAttempt, TestCharge
from tests import make
from tests.races import ledgers
from tests.races.conftest import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

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


def at_the_checkout(basket, email):
    """A browser with the checkout page open and everything typed in."""
    browser = Client()
    browser.cookies[COOKIE] = SIGNER.sign(basket.pk)
    page = browser.get(reverse("checkout:index")).content.decode()
    hidden = dict(re.findall(r'name="(basket|seen_total)" value="([^"]*)"', page))
    return browser, {**TYPED, **hidden, "email": email}


def order_and_pay(browser, form):
    """What the shopper's clicks come to: the status of the last answer, and where it leads."""
    answer = browser.post(reverse("checkout:index"), form)
    if answer.status_code == 302 and answer.url.startswith("/pay/test/"):
        answer = browser.post(answer.url, {"ending": "pay"})
        answer = browser.get(answer.url)
    return answer.status_code, getattr(answer, "url", "")


def test_a_crowd_at_the_last_five_units():
    make.delivery()
    tea = make.product(stock=100)
    crowd = [at_the_checkout(make.basket(tea), f"guest{number}@example.com") for number in range(30)]
    StockRecord.objects.filter(product=tea).update(num_in_stock=5)
    ends = all_at_once([lambda one=one: order_and_pay(*one) for one in crowd])
    assert sum("thank" in url for _status, url in ends) == 5
    assert {status for status, _url in ends} == {200, 302}
    assert ledgers.reserved(tea) == Order.objects.count() == 5
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()


def test_ten_clicks_on_order_lead_to_one_order_and_one_charge():
    make.delivery()
    one = at_the_checkout(make.basket(make.product()), "ana@example.com")
    ends = all_at_once([lambda: order_and_pay(*one)] * 10)
    assert {status for status, _url in ends} == {302}
    assert Order.objects.count() == PaymentAttempt.objects.count() == TestCharge.objects.count() == 1
    assert Order.objects.get().status == "paid"
    assert not ledgers.broken()


def test_a_stock_count_that_comes_in_meanwhile_is_kept_or_refused_but_never_oversold():
    make.delivery()
    tea = make.product(stock=100)
    crowd = [at_the_checkout(make.basket(tea), f"guest{number}@example.com") for number in range(12)]
    StockRecord.objects.filter(product=tea).update(num_in_stock=10)

    def count():
        record = StockRecord.objects.get(product=tea)
        record.num_in_stock = 4
        record.save()

    calls = [lambda one=one: order_and_pay(*one) for one in crowd]
    ends = all_at_once([*calls[:6], count, *calls[6:]], at_once=8)
    refused = [end for end in ends if isinstance(end, IntegrityError)]
    record = StockRecord.objects.get(product=tea)
    assert record.num_in_stock == (10 if refused else 4)
    assert record.num_allocated == Order.objects.count() <= record.num_in_stock
    assert not ledgers.broken()
