"""Amounts come out to the last unit of their currency."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.forks import money

CURRENCIES = ("JPY", "EUR", "KWD")


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("EUR", 2), ("MDL", 2), ("KWD", 3)])
def test_a_currency_has_its_real_decimals(currency, places):
    assert money.places(currency) == places


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(CURRENCIES), st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_shares_add_up_and_stray_less_than_a_unit(currency, amount, weights):
    amount = money.from_minor_units(amount, currency)
    shares = money.split(amount, weights, currency)
    if not sum(weights):
        assert set(shares) == {0}
        return
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - amount * weight / sum(weights)) < money.unit(currency)


def test_ten_off_three_at_ten_leaves_prices_that_add_up():
    """Stock Oscar: 6.67 three times, 20.01 refundable of 20.00."""
    assert money.unit_prices(Decimal("20.00"), 3, "EUR") == [Decimal("6.67"), Decimal("6.67"), Decimal("6.66")]


@pytest.mark.parametrize(("typed", "read"), [("8.500", "8.50"), ("8.505", "8.505"), ("8", "8.00")])
def test_amounts_are_read_with_the_decimals_of_the_shop(typed, read):
    assert str(money.MoneyField().from_db_value(Decimal(typed))) == read
    assert money.MoneyField().from_db_value(None) is None


def test_minor_units_are_whole_and_come_back():
    assert money.minor_units(Decimal("8.50"), "EUR") == 850
    assert money.from_minor_units(850, "JPY") == 850
    assert money.from_minor_units(8500, "KWD") == Decimal("8.500")
