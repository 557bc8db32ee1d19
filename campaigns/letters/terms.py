"""What a personal voucher gives and until when, in the active language."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from shop import money
from shop.pricing import personal


def of_voucher(chosen: dict[str, Any], until: date) -> str:
    """Such as “10 % off · for baskets from €30.00 · until 3 December 2026 · only for you, once”."""
    parts = [gift(chosen)]
    if chosen.get("min_total"):
        parts.append(gettext("for baskets from %(amount)s") % {"amount": money.shown(Decimal(chosen["min_total"]))})
    parts.append(gettext("until %(day)s") % {"day": date_format(until, "DATE_FORMAT")})
    parts.append(gettext("only for you, once"))
    return " · ".join(parts)


def gift(chosen: dict[str, Any]) -> str:
    """What it gives: “10 % off”, “€5.00 off”, “free delivery”."""
    value = Decimal(chosen["value"] or 0)
    if chosen["kind"] == personal.FREE_SHIPPING:
        return gettext("free delivery")
    if chosen["kind"] == personal.PERCENT:
        return gettext("%(percent)s %% off") % {"percent": number_format(value.normalize())}
    return gettext("%(amount)s off") % {"amount": money.shown(value)}


def from_price(price: str) -> str:
    return gettext("from %(price)s") % {"price": price}
