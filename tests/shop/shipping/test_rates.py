"""What delivery costs and when it comes."""

from datetime import date
from decimal import Decimal

import pytest

from shop.shipping import rates
from shop.shipping.models import Method

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)


def method(code="courier", *, bands=((None, "4.90"),), **fields):
    made = Method.objects.create(code=code, name=code, **fields)
    for up_to_g, price in bands:
        made.bands.create(up_to_g=up_to_g, price=price)
    return made


def prices(goods="10", weight=500, country="RO"):
    return {one.code: one.price for one in rates.options_for(Decimal(goods), weight, country, today=FRIDAY)}


def test_only_ways_that_are_on_and_go_there_are_offered_in_the_merchants_order():
    method("second", position=2)
    method("first", position=1, countries=["RO", "MD"])
    method("off", is_on=False)
    method("elsewhere", countries=["DE"])
    assert list(prices()) == ["first", "second"]
    assert list(prices(country="NL")) == ["second"]


@pytest.mark.parametrize(("weight", "price"), [(0, "3"), (1000, "3"), (1001, "5"), (5000, "5"), (5001, None)])
def test_the_price_is_that_of_the_first_band_that_holds_the_weight(weight, price):
    method(bands=((5000, "5"), (1000, "3")))
    assert prices(weight=weight) == ({"courier": Decimal(price)} if price else {})


def test_an_open_band_holds_whatever_the_others_do_not():
    method(bands=((None, "9"), (1000, "3")))
    assert (prices(weight=500), prices(weight=99_000)) == ({"courier": 3}, {"courier": 9})


@pytest.mark.parametrize(("goods", "price"), [("49.99", "4.90"), ("50.00", "0"), ("50.01", "0")])
def test_it_is_free_from_the_amount_that_the_merchant_says(goods, price):
    method(free_over="50")
    assert prices(goods) == {"courier": Decimal(price)}


def test_it_comes_on_working_days():
    method(days_min=1, days_max=6)
    (option,) = rates.options_for(Decimal(1), 1, "RO", today=FRIDAY)
    assert (option.delivery_from, option.delivery_to) == (date(2026, 11, 23), date(2026, 11, 30))


def test_more_ways_take_no_more_queries(costs_the_same):
    codes = iter(f"way-{number}" for number in range(100))
    costs_the_same(show=prices, add_row=lambda: (method(next(codes)), prices()))  # built anew after a change, once
