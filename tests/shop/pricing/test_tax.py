"""Tax in a country."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from shop.pricing import tax
from shop.pricing.models import TaxRate
from shop.pricing.tax import Taxes

INCLUDED, ADDED = Taxes(is_included=True, general=Decimal(19)), Taxes(is_included=False, general=Decimal("8.875"))


def test_tax_is_found_in_a_price_or_comes_on_top_of_it():
    assert INCLUDED.with_and_without(Decimal("11.90"), "EUR") == (Decimal("11.90"), Decimal("10.00"))
    assert ADDED.with_and_without(Decimal("10.00"), "USD") == (Decimal("10.89"), Decimal("10.00"))


def test_tax_has_the_decimals_of_the_currency():
    assert ADDED.of(Decimal(1000), "JPY") == Decimal(89)
    assert ADDED.of(Decimal("1.000"), "KWD") == Decimal("0.089")


@pytest.mark.django_db
def test_a_country_without_rates_has_no_tax():
    assert tax.taxes_of("NL").of(Decimal(10), "EUR") == 0


@pytest.mark.django_db
def test_a_rate_is_written_once_and_is_a_percentage():
    TaxRate.objects.create(country="RO", rate=19)
    for rate in (19, 101, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            TaxRate.objects.create(country="RO" if rate == 19 else "MD", rate=rate)
