"""What happens to an order after it is placed. Each verb locks the order, and says no twice rather than act twice.

Locks are taken as in `placing`, after the order's own: credits, its lines, stock, vouchers, offers, its basket.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.events.catalog import OrderCancelled, OrderDelivered, OrderPaid, OrderShipped
from shop.events.log import record
from shop.forks.basket.models import Basket
from shop.forks.order.models import Line, Order
from shop.forks.partner.models import StockRecord
from shop.orders import credits, holding, statuses
from shop.orders.models import Shipment, ShipmentLine
from shop.orders.statuses import NotPossible

__all__ = ["NotPossible", "cancel", "confirm_payment", "deliver", "ship"]


@transaction.atomic
def confirm_payment(order: Order) -> Order:
    """The money is here. A second call changes nothing. Staff go through `shop.payments.settlement.receive`."""
    return note_payment(Order.objects.lock_for(order))


def note_payment(order: Order) -> Order:
    """The same, for an order that is locked already, in the caller's transaction."""
    if order.paid_at:
        return order
    if order.status == statuses.CANCELLED:
        raise NotPossible(_("Order %(number)s is cancelled.") % {"number": order.number})
    order.paid_at = timezone.now()
    credits.spend(order)
    if order.status in statuses.UNPAID:
        statuses.move(order, statuses.PAID, paid_at=order.paid_at)
    else:
        order.save(update_fields=["paid_at"])
    event = OrderPaid(order_id=order.pk, number=order.number, total=str(order.total_incl_tax), currency=order.currency)
    record(event, customer=order.customer)
    return order


@transaction.atomic
def ship(
    order: Order, quantities: Mapping[int, int], *, tracking_code: str = "", carrier: str = "", tracking_url: str = ""
) -> Order:
    """Units leave the house: order line id -> units. Raises `NotPossible` for more than is still to be shipped."""
    order = Order.objects.lock_for(order)
    if order.status not in statuses.TO_SHIP:
        text = _("Order %(number)s is “%(status)s”: there is nothing to ship.")
        raise NotPossible(text % {"number": order.number, "status": statuses.NAMES.get(order.status, order.status)})
    lines = {line.pk: line for line in order.lines.select_for_update().order_by("pk")}
    leaving = [(lines[pk], count) for pk, count in sorted(quantities.items()) if pk in lines and count]
    if not leaving or len(leaving) < len([count for count in quantities.values() if count]):
        raise NotPossible(_("Choose what to ship."))
    for line, count in leaving:
        if not 0 < count <= line.to_ship:
            text = _("Of “%(title)s” %(left)d are still to be shipped, not %(count)d.")
            raise NotPossible(text % {"title": line.title, "left": line.to_ship, "count": count})
    _take_out_of_stock(leaving)
    shipment = Shipment.objects.create(order=order, tracking_code=tracking_code, carrier=carrier, tracking_url=tracking_url)
    ShipmentLine.objects.bulk_create(ShipmentLine(shipment=shipment, line=line, quantity=count) for line, count in leaving)
    statuses.move(order, statuses.PARTLY_SHIPPED if any(line.to_ship for line in lines.values()) else statuses.SHIPPED)
    shipped = {str(line.pk): count for line, count in leaving}
    event = OrderShipped(order_id=order.pk, number=order.number, line_quantities=shipped, shipment_id=shipment.pk)
    record(event, customer=order.customer)
    return order


def _take_out_of_stock(leaving: list[tuple[Line, int]]) -> None:
    units: dict[int, int] = {}
    for line, count in leaving:
        held = min(count, line.num_allocated)
        line.num_allocated -= held
        line.quantity_shipped += count
        if line.stockrecord_id and held:
            units[line.stockrecord_id] = units.get(line.stockrecord_id, 0) + held
    StockRecord.objects.lock_for(sorted(units))
    StockRecord.objects.consume(units)
    Line.objects.bulk_update([line for line, _count in leaving], ["quantity_shipped", "num_allocated"])


@transaction.atomic
def deliver(order: Order) -> Order:
    """It arrived. A second call changes nothing."""
    order = Order.objects.lock_for(order)
    if order.status == statuses.DELIVERED:
        return order
    statuses.move(order, statuses.DELIVERED)
    record(OrderDelivered(order_id=order.pk, number=order.number), customer=order.customer)
    return order


@transaction.atomic
def cancel(order: Order, reason: str, *, is_back: bool = False) -> Order:
    """An unpaid order is given up: everything it held is free again and its basket open. A second call changes nothing.

    A payment may still be open at the provider: go through `shop.payments.settlement.give_up`, which closes it first. A
    paid order is refunded instead. `is_back`: what has left the house, to be paid at the door, is here again.
    """
    order = Order.objects.lock_for(order)
    if order.status == statuses.CANCELLED:
        return order
    if order.paid_at:
        raise NotPossible(_("Order %(number)s is paid: refund it instead.") % {"number": order.number})
    has_left = order.lines.filter(quantity_shipped__gt=0).exists()
    if has_left and not is_back:
        raise NotPossible(_("Order %(number)s has left the house already.") % {"number": order.number})
    credits.release(order)
    if has_left:
        _put_back(order)
    holding.let_go(order)
    statuses.move(order, statuses.CANCELLED)
    if not has_left:
        _reopen_basket(order)
    record(OrderCancelled(order_id=order.pk, number=order.number, reason=reason), customer=order.customer)
    return order


def _put_back(order: Order) -> None:
    """What was sent is in stock again. Its lines and stock are locked as `holding.let_go` does, which goes on from there."""
    units: dict[int, int] = {}
    for line in order.lines.select_for_update().order_by("pk"):
        if line.stockrecord_id:
            units[line.stockrecord_id] = units.get(line.stockrecord_id, 0) + line.quantity_shipped
    StockRecord.objects.lock_for(sorted(units))
    StockRecord.objects.restock(units)


def _reopen_basket(order: Order) -> None:
    if order.basket_id is None:
        return
    basket_id, order.basket = order.basket_id, None
    order.save(update_fields=["basket"])
    Basket.objects.reopen(basket_id)
