"""Until when an order can be sent back: until then what it earned is pending."""

from datetime import datetime, timedelta

from loyalty import programme
from shop.forks.order.models import Order
from shop.orders import statuses
from shop.orders.models import Shipment

UNDER_WAY = (statuses.PAID, statuses.ON_DELIVERY, statuses.PARTLY_SHIPPED)


def end_of(order: Order) -> datetime:
    """The end of the return window: counted from the delivery, else from when it should have arrived."""
    running = programme.current()
    window = timedelta(days=running.return_days)
    delivered = order.status_changes.filter(new_status=statuses.DELIVERED).order_by("date_created").first()
    if delivered:
        return delivered.date_created + window  # type: ignore[no-any-return]
    last = Shipment.objects.filter(order=order).order_by("-shipped_at").first()
    left = last.shipped_at if last else order.paid_at or order.date_placed
    return left + timedelta(days=running.delivery_days) + window  # type: ignore[no-any-return]


def is_still_here(order: Order) -> bool:
    """Whether something of the order has yet to leave the house: its return window has not begun."""
    if order.status not in UNDER_WAY:
        return False
    lines = order.lines.select_related("product__parent__product_class", "product__product_class")
    return any(line.to_ship and line.product and line.product.get_product_class().requires_shipping for line in lines)
