"""Quantities as people type them."""

import unicodedata

from django.utils.translation import gettext as _

MOST = 999


class BadQuantity(ValueError):
    """`str()` tells the shopper what to type instead."""


def typed(text: str | None, *, least: int = 1) -> int:
    """The whole number somebody typed, in any script's digits; 1 if they typed nothing. Raises `BadQuantity`."""
    digits = unicodedata.normalize("NFKC", text or "").strip().removeprefix("+") or "1"
    if not digits.isdecimal():
        raise BadQuantity(_("Please give the quantity as a whole number, such as 1 or 2."))
    number = int(digits) if len(digits) <= 9 else MOST + 1
    if number < least:
        raise BadQuantity(_("The smallest quantity is 1."))
    if number > MOST:
        raise BadQuantity(_("That is more than %(most)s at once. For large orders please write to us.") % {"most": MOST})
    return number
