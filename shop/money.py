"""Prices in words: right for each language and each currency's decimals."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency
from django.conf import settings
from django.utils.translation import get_language

# Where a language's own convention is the bare code ("8,50 EUR"), shoppers know the sign better.
SIGNS = {"EUR": "€", "GBP": "£", "UAH": "₴", "USD": "$"}


@lru_cache(maxsize=20_000)
def _shown(amount: Decimal, currency: str, language: str) -> str:
    text = format_currency(amount, currency, locale=language.replace("-", "_"))
    return text.replace(currency, SIGNS.get(currency, currency)).replace("-", "−")


def shown(amount: Decimal, currency: str = "", language: str = "") -> str:
    """`Decimal("8.5")` as "€8.50" in English or "8,50 €" in Ukrainian; the shop's currency unless another is named."""
    return _shown(
        Decimal(amount), currency or settings.OSCAR_DEFAULT_CURRENCY, language or get_language() or settings.LANGUAGE_CODE
    )
