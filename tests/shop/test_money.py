from decimal import Decimal

import pytest

from shop import money


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("8.5", "EUR", "en", "€8.50"),
        ("8.5", "EUR", "uk", "8,50\xa0€"),
        ("1234.5", "EUR", "ro", "1.234,50\xa0€"),
        ("8.5", "MDL", "ru", "8,50\xa0MDL"),
        ("850", "JPY", "en", "¥850"),
        ("1.234", "KWD", "en", "KWD1.234"),
    ],
)
def test_a_price_reads_as_its_language_writes_it(amount, currency, language, shown):
    assert money.shown(Decimal(amount), currency, language) == shown
