"""The order mails of the last days and those in the accounts that can be tried: as sent, on the days they tell of."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shop.demo.crowd import LOGINS
from shop.demo.fates import CARD
from shop.demo.history import Story
from shop.forks.order.models import Order
from shop.mail import outbox
from shop.mail.models import Message
from shop.orders import letters
from shop.payments.models import Refund

LATEST = 30  # orders of the whole shop
LATEST_OF_LOGIN = 4

Mail = tuple[str, str, datetime, dict[str, Any]]  # kind, key, when, context


def write(stories: list[Story]) -> int:
    """Write the mails; returns how many."""
    sent = [(order, mail) for order in Order.objects.filter(pk__in=_chosen(stories)).order_by("pk") for mail in _mails(order)]
    for order, (kind, key, moment, context) in sent:
        message = outbox.send(kind, order.customer, context, key=key, language=order.language, to=order.email)
        dates = {"created_at": moment, "due_at": moment, "sent_at": moment}
        Message.objects.filter(pk=message.pk).update(state=Message.State.SENT, attempts=1, **dates)
    return len(sent)


def _chosen(stories: list[Story]) -> set[int]:
    """Ids of the orders whose mails are kept."""
    chosen = {story.order.pk for story in stories[-LATEST:]}
    for login in LOGINS.values():
        own = [story.order.pk for story in stories if story.person.email.startswith(f"{login}@teapotlane.")]
        chosen.update(own[-LATEST_OF_LOGIN:])
    return chosen


def _mails(order: Order) -> Iterator[Mail]:
    """What the shop writes about an order, as `shop.orders.handlers` does."""
    if order.payment_code != CARD:
        yield "order_placed", order.number, order.date_placed, letters.context_of(order)
    if order.paid_at:
        yield "order_paid", order.number, order.paid_at, letters.context_of(order)
    for shipment in order.shipments.all():
        yield "order_shipped", f"{order.number}/{shipment.pk}", shipment.shipped_at, letters.context_of_parcel(order, shipment)
    moments = dict(order.status_changes.values_list("new_status", "date_created"))
    if "delivered" in moments:
        yield "order_delivered", order.number, moments["delivered"], letters.context_of(order)
    for refund in order.refunds.filter(state=Refund.State.DONE):
        units = dict(refund.lines.values_list("line", "quantity"))
        moment = refund.done_at or refund.created_at
        yield "order_refunded", f"{order.number}/{refund.pk}", moment, letters.context_of_refund(order, refund.amount, units)
