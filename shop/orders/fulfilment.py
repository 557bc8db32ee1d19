"""What happens to an order after it is placed. Each verb locks the order, and says no twice rather than act twice."""

from collections.abc import Mapping

from shop.forks.order.models import Order


class NotPossible(Exception):
    """The order is not in a state for this; `str()` says why, in the reader's language."""


def confirm_payment(order: Order) -> Order:
    """The money is here."""
    raise NotImplementedError


def ship(order: Order, quantities: Mapping[int, int], *, tracking_code: str = "", carrier: str = "") -> Order:
    """Units leave the house: order line id -> units."""
    raise NotImplementedError


def deliver(order: Order) -> Order:
    """It arrived."""
    raise NotImplementedError


def cancel(order: Order, reason: str) -> Order:
    """An unpaid order is given up: everything it held is free again and its basket open."""
    raise NotImplementedError
