"""Where an order stands, and which way it may go."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.forks.order.models import Order, OrderStatusChange

PENDING_PAYMENT = "pending_payment"
AWAITING_TRANSFER = "awaiting_transfer"
ON_DELIVERY = "on_delivery"  # paid in cash when it arrives
PAID = "paid"
PARTLY_SHIPPED = "partly_shipped"
SHIPPED = "shipped"
DELIVERED = "delivered"
CANCELLED = "cancelled"
REFUNDED = "refunded"

NAMES = {
    PENDING_PAYMENT: _("Waiting for payment"),
    AWAITING_TRANSFER: _("Waiting for the transfer"),
    ON_DELIVERY: _("To be paid on delivery"),
    PAID: _("Paid"),
    PARTLY_SHIPPED: _("Partly shipped"),
    SHIPPED: _("Shipped"),
    DELIVERED: _("Delivered"),
    CANCELLED: _("Cancelled"),
    REFUNDED: _("Refunded"),
}

UNPAID = (PENDING_PAYMENT, AWAITING_TRANSFER, ON_DELIVERY)
TO_SHIP = (PAID, ON_DELIVERY, PARTLY_SHIPPED)

NEXT: dict[str, tuple[str, ...]] = {
    PENDING_PAYMENT: (AWAITING_TRANSFER, ON_DELIVERY, PAID, CANCELLED),
    AWAITING_TRANSFER: (PENDING_PAYMENT, ON_DELIVERY, PAID, CANCELLED),
    ON_DELIVERY: (PENDING_PAYMENT, AWAITING_TRANSFER, PAID, PARTLY_SHIPPED, SHIPPED, CANCELLED),
    PAID: (PARTLY_SHIPPED, SHIPPED, REFUNDED, CANCELLED),
    PARTLY_SHIPPED: (SHIPPED, REFUNDED, DELIVERED, CANCELLED),
    SHIPPED: (DELIVERED, REFUNDED, CANCELLED),  # cancelled: nobody took the parcel at the door
    DELIVERED: (REFUNDED,),
    CANCELLED: (),
    REFUNDED: (),
}


class NotPossible(Exception):
    """The order is not in a state for this; `str()` says why, in the reader's language."""


def move(order: Order, to: str, **also: Any) -> None:
    """Put a locked order into another status (and set other fields), and note it in its history. Raises `NotPossible`."""
    if order.status == to:
        return
    # Conditional on the old status: of two that move the order at once, one finds it gone.
    may = to in NEXT.get(order.status, ())
    if not may or not Order.objects.filter(pk=order.pk, status=order.status).update(status=to, **also):
        names = {"number": order.number, "status": NAMES.get(order.status, order.status), "to": NAMES[to]}
        raise NotPossible(_("Order %(number)s is “%(status)s” and cannot become “%(to)s”.") % names)
    OrderStatusChange.objects.create(order=order, old_status=order.status, new_status=to)
    order.status = to
