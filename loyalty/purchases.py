"""Points of orders: promised when placed, earned when paid, available when the return window is over, taken back with refunds.

Every function brings the books in line with what is true of the order now, so that it does not matter in which order, or
how often, one hears of what happened.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from loyalty import earning, ledger, programme, windows
from loyalty.models import Account, Entry, Lot, Promise, Share
from shop.forks import money
from shop.forks.order.models import Order
from shop.orders import statuses
from shop.orders.quotes import Quote
from shop.payments.models import Refund, RefundLine

AGAIN = timedelta(days=1)  # an order that has not left the house is looked at anew every day


def cause_of(order: Order) -> str:
    """The cause under which an order earns."""
    return f"order:{order.pk}"


def promise(order: Order, details: Any, quote: Quote) -> None:
    """Write down, with a new order, what it will earn: the number that its buyer has just seen."""
    if order.customer_id and programme.current().is_on:
        _write_promise(order)


@transaction.atomic
def earn(order: Order, *, now: datetime | None = None) -> None:
    """Book what a paid order promised, less what its refunds undid already."""
    now = now or timezone.now()
    if order.customer is None or not order.paid_at:
        return
    # A refund that comes in meanwhile waits here, and then finds what is booked.
    Account.objects.lock_for(order.customer)
    promised = Promise.objects.filter(order=order).first()
    if promised is None and programme.current().is_on:  # it was placed before there was a programme
        promised = _write_promise(order)
    if promised and promised.points:
        _earn(order, promised, now)
        _take_back(order, promised, "", now)


@transaction.atomic
def take_back(order: Order, *, because: str, now: datetime | None = None) -> None:
    """Take back what the order's refunds undid, once for each of them; nothing where nothing is booked (yet)."""
    if order.customer is None:
        return
    Account.objects.lock_for(order.customer)
    promised = Promise.objects.filter(order=order).first()
    if promised and _is_booked(order):
        _take_back(order, promised, because, now or timezone.now())


def reschedule(order: Order) -> None:
    """The return window of an order has another end than was thought."""
    if _is_booked(order):
        ledger.reschedule(cause_of(order), windows.end_of(order))


def activate_due(now: datetime | None = None) -> int:
    """Make available what has been pending long enough, except of orders that have not even left; how many lots."""
    now = now or timezone.now()
    count = 0
    for lot in Lot.objects.due(now).select_related("entry__order").order_by("available_at", "pk"):
        order = lot.entry.order
        if order and windows.is_still_here(order):
            ledger.reschedule(lot.entry.cause, now + AGAIN)
        else:
            count += ledger.make_available(lot.entry.cause, now=now) is not None
    return count


def goods_kept(order: Order) -> Decimal:
    """What the customer paid for the goods of an order that were not refunded."""
    back = _given_back(order)
    return sum((line.line_price_incl_tax - back[line.pk] for line in order.lines.all()), money.ZERO)


def still_earned(order: Order, promised: Promise) -> int:
    """What of the promise stands: by the rules it was placed under, for what was not refunded, never more than it said."""
    if order.status == statuses.CANCELLED:
        return 0
    back = _given_back(order)
    points = Decimal(0)
    for share in promised.shares.select_related("line"):
        price = share.line.line_price_incl_tax
        if price:
            # Multiplied before it is divided: a whole number stays one.
            points += share.amount * share.rate * (price - back[share.line_id]) / price
    return min(int(points), promised.points)


def _write_promise(order: Order) -> Promise:
    earned = earning.for_order(order, earning.member_of(order))
    made = Promise.objects.create(order=order, points=earned.points)
    Share.objects.bulk_create(
        Share(promise=made, line_id=line.key, rule=line.rule, amount=line.amount, rate=line.rate) for line in earned.lines
    )
    return made


def _is_booked(order: Order) -> bool:
    return Entry.objects.filter(kind=Entry.Kind.EARN, cause=cause_of(order)).exists()


def _earn(order: Order, promised: Promise, now: datetime) -> None:
    assert order.customer is not None
    rules = {share.rule for share in promised.shares.select_related("rule")}
    ledger.earn(
        order.customer,
        promised.points,
        Entry.Reason.ORDER,
        cause=cause_of(order),
        available_at=windows.end_of(order),
        order=order,
        rule=rules.pop() if len(rules) == 1 else None,
        now=now,
    )


def _take_back(order: Order, promised: Promise, because: str, now: datetime) -> None:
    gone = promised.points - still_earned(order, promised)
    asked = sum(
        entry.points + entry.forgiven
        for entry in Entry.objects.filter(kind=Entry.Kind.REVERSE, undoes__kind=Entry.Kind.EARN, undoes__cause=cause_of(order))
    )
    if gone > asked:
        last = Refund.objects.filter(order=order, state=Refund.State.DONE).order_by("-pk").first()
        reason = because or (f"refund:{last.pk}" if last else f"cancelled:{order.pk}")
        ledger.reverse(cause_of(order), gone - asked, because=reason, now=now)


def _given_back(order: Order) -> dict[int, Decimal]:
    """What the refunded units of each line were sold for."""
    done = RefundLine.objects.filter(refund__order=order, refund__state=Refund.State.DONE)
    back: dict[int, Decimal] = defaultdict(lambda: money.ZERO)
    back.update(done.order_by().values_list("line").annotate(Sum("amount")))
    return back
