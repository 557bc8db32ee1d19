"""Free delivery as a privilege: apps above say whose it is; a quote asks for the account that the basket belongs to."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from shop.customers.models import User
from shop.shipping.rates import Option

Privilege = Callable[[User], bool]
_privileges: list[Privilege] = []


def free_delivery(privilege: Privilege) -> Privilege:
    """Register a function that says whether the owner of this account has their parcels free."""
    _privileges.append(privilege)
    return privilege


def applied(options: list[Option], owner: User | None) -> list[Option]:
    """The ways of delivery as this person pays for them: those that can be free at all are; else the cheapest is."""
    if not options or owner is None or not any(has(owner) for has in _privileges):
        return options
    free = {one.code for one in options if one.free_over is not None} or {min(options, key=lambda one: one.price).code}
    return [replace(one, price=Decimal(0), free_over=Decimal(0)) if one.code in free else one for one in options]
