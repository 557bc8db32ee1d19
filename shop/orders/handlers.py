"""The mails about an order. Each is written once, whatever happens: its key is the order, the parcel or the refund."""

from decimal import Decimal

from shop.customers.models import Customer
from shop.events.catalog import OrderCancelled, OrderDelivered, OrderPaid, OrderPlaced, OrderRefunded, OrderShipped
from shop.events.registry import on
from shop.forks.order.models import Order
from shop.mail import outbox
from shop.orders import letters, statuses


@on(OrderPlaced)
def confirm_order(event: OrderPlaced, customer: Customer | None) -> None:
    """For transfers and cash on delivery. Who pays online hears of it when paid: two mails in a minute are one too many."""
    order = Order.objects.get(pk=event.order_id)
    if order.status in (statuses.AWAITING_TRANSFER, statuses.ON_DELIVERY):
        send_confirmation(order)


def send_confirmation(order: Order) -> None:
    """The mail that says how to pay; also for an order that turns to a transfer after its card was declined."""
    _send("order_placed", order, order.number, letters.context_of(order))


@on(OrderPaid)
def confirm_receipt(event: OrderPaid, customer: Customer | None) -> None:
    order = Order.objects.get(pk=event.order_id)
    _send("order_paid", order, order.number, letters.context_of(order))


@on(OrderShipped)
def tell_of_parcel(event: OrderShipped, customer: Customer | None) -> None:
    order = Order.objects.get(pk=event.order_id)
    shipment = order.shipments.get(pk=event.shipment_id)
    context = letters.context_of_parcel(order, shipment)
    _send("order_shipped", order, f"{order.number}/{shipment.pk}", context)


@on(OrderDelivered)
def tell_of_arrival(event: OrderDelivered, customer: Customer | None) -> None:
    order = Order.objects.get(pk=event.order_id)
    _send("order_delivered", order, order.number, letters.context_of(order))


@on(OrderCancelled)
def tell_of_cancellation(event: OrderCancelled, customer: Customer | None) -> None:
    """Silence for what nobody paid in time: a checkout that was left is no news to the one who left it."""
    if not event.reason:
        return
    order = Order.objects.get(pk=event.order_id)
    _send("order_cancelled", order, order.number, letters.context_of(order, reason=event.reason))


@on(OrderRefunded)
def tell_of_refund(event: OrderRefunded, customer: Customer | None) -> None:
    order = Order.objects.get(pk=event.order_id)
    quantities = {int(pk): count for pk, count in event.line_quantities.items()}
    context = letters.context_of_refund(order, Decimal(event.amount), quantities, event.credit_units)
    _send("order_refunded", order, f"{order.number}/{event.refund_id}", context)


def _send(kind: str, order: Order, key: str, context: dict[str, object]) -> None:
    outbox.send(kind, order.customer, context, key=key, language=order.language, to=order.email)
