"""Amounts: decimals with as many places as their currency really has, and sums that come out to the last unit."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision
from django.conf import settings
from django.db import models

ZERO = Decimal(0)


@cache
def places(currency: str) -> int:
    """Decimals of a currency: 0 for JPY, 2 for EUR, 3 for KWD."""
    return int(get_currency_precision(currency))


@cache
def unit(currency: str) -> Decimal:
    """The smallest amount of a currency."""
    return Decimal(1).scaleb(-places(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount to the nearest unit of its currency, halves up."""
    return amount.quantize(unit(currency), ROUND_HALF_UP)


def rounded_down(amount: Decimal, currency: str) -> Decimal:
    """The amount without what is smaller than a unit of its currency."""
    return amount.quantize(unit(currency), ROUND_DOWN)


def minor_units(amount: Decimal, currency: str) -> int:
    """The amount as a whole number of units: what payment providers count in."""
    return int(rounded(amount, currency).scaleb(places(currency)))


def from_minor_units(number: int, currency: str) -> Decimal:
    return Decimal(number).scaleb(-places(currency))


def split(amount: Decimal, weights: Sequence[Decimal | int], currency: str) -> list[Decimal]:
    """Shares of an amount in proportion to the weights, which add up to it exactly (largest remainder)."""
    total_weight = sum(weights, ZERO)
    if not total_weight:
        return [ZERO for _ in weights]
    exact = [amount * weight / total_weight for weight in weights]
    shares = [rounded_down(share, currency) for share in exact]
    missing = minor_units(amount - sum(shares, ZERO), currency)
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[:missing]:
        shares[i] += unit(currency)
    return shares


def split_whole(number: int, weights: Sequence[Decimal | int]) -> list[int]:
    """Whole shares of a number in proportion to the weights, which add up to it (largest remainder)."""
    total_weight = Decimal(sum(weights))
    if not total_weight:
        return [0 for _ in weights]
    parts = [divmod(number * Decimal(weight), total_weight) for weight in weights]
    shares = [int(whole) for whole, _rest in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
    for i in by_remainder[: number - sum(shares)]:
        shares[i] += 1
    return shares


def unit_prices(total: Decimal, quantity: int, currency: str) -> list[Decimal]:
    """What each unit of a line was sold for: at most two prices, one unit of currency apart, that add up to `total`."""
    return split(total, [1] * quantity, currency)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount. The column has three decimals, enough for any currency; values have those of the shop's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 14, 3
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Decimal | None, *_: object) -> Decimal | None:
        if value is None:
            return None
        short = value.quantize(unit(settings.OSCAR_DEFAULT_CURRENCY), ROUND_DOWN)
        return short if short == value else value

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"decimal_places": places(settings.OSCAR_DEFAULT_CURRENCY), **kwargs})
