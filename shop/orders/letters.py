"""What the order mails say: plain values in the order's language, for templates/mail/order_*.html."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import formats, translation
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from shop import money
from shop.forks.order.models import Order
from shop.mail import outbox
from shop.orders import credits, receipt, statuses
from shop.orders.models import Shipment
from shop.orders.receipt import Receipt, ReceiptLine


def context_of(order: Order, **more: Any) -> dict[str, Any]:
    """The order in plain values; `more` is passed on. For a parcel or a refund use the functions below."""
    with translation.override(order.language):
        return {"order": _order(receipt.of(order)), **more}


def context_of_parcel(order: Order, shipment: Shipment) -> dict[str, Any]:
    """For `order_shipped`: the order, and what is in this parcel and how to follow it."""
    with translation.override(order.language):
        whole = receipt.of(order)
        quantities = {row.line_id: row.quantity for row in shipment.lines.all()}
        lines = receipt.lines_of([line.line for line in whole.lines], quantities, is_net=order.tax_is_added)
        facts = [(_("Carrier"), shipment.carrier), (_("Tracking code"), shipment.tracking_code)]
        parcel = {
            "lines": [_line(line, order.currency) for line in lines],
            "facts": [[label, value] for label, value in facts if value],
            "carrier": shipment.carrier,
            "tracking_code": shipment.tracking_code,
            "tracking_url": shipment.tracking_url,
            "is_partial": order.status == statuses.PARTLY_SHIPPED,
        }
        return {"order": _order(whole), "shipment": parcel}


def context_of_refund(
    order: Order, amount: Decimal, quantities: Mapping[int, int], credit_units: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """For `order_refunded`: what goes back in money and credits (code -> units), for which units (order line id -> units)."""
    with translation.override(order.language):
        whole = receipt.of(order)
        lines = receipt.lines_of([line.line for line in whole.lines], dict(quantities))
        shown = [{**_line(line, order.currency), "was": "", "total": ""} for line in lines]
        back = [credits.counted(code, units) for code, units in (credit_units or {}).items() if units]
        refund = {
            "amount": money.shown(amount, order.currency) if amount or not back else "",
            "credits": get_text_list(back, _("and")),
            "lines": shown,
        }
        return {"order": _order(whole), "refund": refund}


def _order(whole: Receipt) -> dict[str, Any]:
    order = whole.order
    return {
        "number": order.number,
        "url": outbox.absolute(reverse("customer:anon-order", kwargs={"token": order.token})),
        "pay_url": outbox.absolute(reverse("checkout:pay", kwargs={"token": order.token}))
        if order.status == statuses.PENDING_PAYMENT
        else "",
        "placed_on": formats.date_format(localtime(order.date_placed), "DATE_FORMAT"),
        "first_name": order.shipping_address.first_name if order.shipping_address else "",
        "total": money.shown(order.total_incl_tax, order.currency),
        "due": money.shown(order.due, order.currency),
        "is_free": not order.due,
        "is_payment_due": not whole.is_paid and order.status != statuses.ON_DELIVERY,
        "was_paid": whole.is_paid,
        "was_sent": bool(whole.shipments),
        "lines": [_line(line, order.currency) for line in whole.lines],
        "sums": [
            {
                "label": each.label,
                "amount": money.shown(each.amount, order.currency),
                "strong": each.kind in ("total", "due"),
                "quiet": each.kind == "tax",
            }
            for each in whole.sums
        ],
        "address": whole.address,
        "delivery": order.shipping_method,
        "delivery_days": whole.expected,
        "payment": whole.payment,
        "payment_note": whole.instructions if not whole.is_paid else "",
        "payment_facts": _transfer(order, whole) if order.status == statuses.AWAITING_TRANSFER else [],
    }


def _transfer(order: Order, whole: Receipt) -> list[list[str]]:
    return [[_("Amount"), money.shown(order.due, order.currency)], [_("Reference"), order.number]]


def _line(line: ReceiptLine, currency: str) -> dict[str, Any]:
    picture = line.face.picture
    return {
        "title": line.face.title,
        "options": line.face.variant,
        "quantity": line.quantity,
        "total": money.shown(line.total, currency),
        "was": money.shown(line.before, currency) if line.before else "",
        "picture": outbox.absolute(picture.in_mail) if picture else "",
        "url": outbox.absolute(line.face.url) if line.face.url else "",
    }
