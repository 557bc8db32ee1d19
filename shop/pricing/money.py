"""Amounts as people write them."""

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency
from django.conf import settings
from django.utils.translation import get_language


def shown(amount: Decimal | int | str, currency: str, language: str | None = None) -> str:
    """`€8.50`, `8,50 €`: the amount as the language writes it (the active one if none is given)."""
    locale = _locale(language or get_language() or settings.LANGUAGE_CODE)
    return format_currency(Decimal(amount), currency, locale=locale)


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")
