"""What campaigns do when something happens elsewhere."""

from campaigns import attribution, engagement
from shop.customers.models import Customer
from shop.events.catalog import ConsentGiven, ConsentWithdrawn, OrderPlaced
from shop.events.registry import on
from shop.forks.order.models import Order


@on(OrderPlaced)
def attribute_order(event: OrderPlaced, customer: Customer | None) -> None:
    """To the message that brought it, if one did."""
    order = Order.objects.filter(pk=event.order_id).first()
    if order:
        attribution.attribute(order)


@on(ConsentGiven)
def note_subscription(event: ConsentGiven, customer: Customer | None) -> None:
    """So that a segment of subscribers knows it at once."""
    if customer:
        engagement.refresh([customer.pk])


@on(ConsentWithdrawn)
def note_leaving(event: ConsentWithdrawn, customer: Customer | None) -> None:
    """The same the other way."""
    if customer:
        engagement.refresh([customer.pk])
