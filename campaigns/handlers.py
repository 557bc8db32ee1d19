"""What campaigns do when something happens elsewhere."""

from campaigns import attribution
from shop.customers.models import Customer
from shop.events.catalog import OrderPlaced
from shop.events.registry import on
from shop.forks.order.models import Order


@on(OrderPlaced)
def attribute_order(event: OrderPlaced, customer: Customer | None) -> None:
    """To the message that brought it, if one did."""
    order = Order.objects.filter(pk=event.order_id).first()
    if order:
        attribution.attribute(order)
