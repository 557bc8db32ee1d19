"""`{% load money %}{{ order.total|money:order.currency }}`"""

from decimal import Decimal, InvalidOperation

from django import template

from shop import money as amounts

register = template.Library()


@register.filter
def money(amount: Decimal | int | str | None, currency: str) -> str:
    """The amount in the active language; nothing where there is no amount."""
    try:
        return amounts.shown(amount, currency) if amount is not None and currency else ""
    except InvalidOperation:
        return ""
