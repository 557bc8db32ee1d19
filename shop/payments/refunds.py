"""Giving money back, never more than was paid."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shop.customers.models import User
from shop.forks.order.models import Order


class TooMuch(Exception):
    """More than what is left of the payment, or more units than were bought."""


def refund(
    order: Order,
    quantities: Mapping[int, int],
    *,
    shipping: Decimal = Decimal(0),
    reason: str,
    by: User | None,
    restock: bool = True,
) -> Any:
    """Give back units (order line id -> units) and some of the shipping price."""
    raise NotImplementedError
