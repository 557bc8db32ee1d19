"""Giving money back, never more than was paid.

A refund is reserved first, under the order's lock and the database's checks; then the provider is asked, with the
refund's key, so that asking twice gives back once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import structlog
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.customers.models import User
from shop.events.catalog import OrderRefunded
from shop.events.log import record
from shop.forks import money
from shop.forks.order.models import Line, Order
from shop.forks.partner.models import StockRecord
from shop.forks.races import is_guarded, racepoint
from shop.orders import holding, statuses
from shop.payments import providers, returning
from shop.payments.gateways.base import RefundOutcome, Unreachable
from shop.payments.models import PaymentAttempt, Refund, RefundCredit, RefundLine

log = structlog.get_logger(__name__)


class TooMuch(Exception):
    """More than what is left of the payment, or more units than were bought; `str()` says which, in the reader's language."""


@dataclass(frozen=True)
class Plan:
    """What a refund gives back: units of lines, and of that the part that goes back as credits."""

    rows: list[RefundLine]
    credits: list[RefundCredit]
    shipping: Decimal

    @property
    def credited(self) -> Decimal:
        return sum((row.amount for row in self.credits), money.ZERO)

    @property
    def amount(self) -> Decimal:
        """In money."""
        return sum((row.amount for row in self.rows), self.shipping) - self.credited

    @property
    def units(self) -> dict[str, int]:
        """In units of credits, by their code."""
        return returning.sum_of(self.credits)


def refund(
    order: Order,
    quantities: Mapping[int, int],
    *,
    shipping: Decimal = money.ZERO,
    reason: str,
    by: User | None,
    restock: bool = True,
) -> Refund:
    """Give back units (order line id -> units) and some of what delivery and surcharges cost. Raises `TooMuch`.

    Units that are still here are cancelled; units that came back go into stock with the money if `restock`. A provider that
    does not answer leaves the refund `PENDING`, and the sweep carries it out.
    """
    return carry_out(_reserved(order, quantities, shipping, reason, by, restock))


def refund_all(order: Order, *, reason: str, by: User | None, restock: bool = True) -> Refund:
    """Everything that is left of a paid order: this is how a paid order is cancelled."""
    return refund(order, _units_left(order), shipping=extras_left(order), reason=reason, by=by, restock=restock)


def plan_of_all(order: Order) -> Plan:
    """What `refund_all` would give back."""
    return planned(order, _units_left(order), extras_left(order))


def _units_left(order: Order) -> dict[int, int]:
    quantities = {line.pk: line.quantity - line.quantity_refunded for line in order.lines.all()}
    return {pk: count for pk, count in quantities.items() if count}


def amount_of(line: Line, count: int, currency: str) -> Decimal:
    """What the next so many units of a line give back, in money and credits. All together give back what was paid for it."""
    prices = money.unit_prices(line.line_price_incl_tax, line.quantity, currency)
    up_to_here = sum(prices[: line.quantity_refunded + count], money.ZERO)
    # Less what was given, not less the first prices: of two refunds the earlier may have been refused by the provider.
    given = line.refund_lines.exclude(refund__state=Refund.State.FAILED) if line.quantity_refunded else None
    return up_to_here - (given.aggregate(all=Sum("amount", default=money.ZERO))["all"] if given is not None else money.ZERO)


def units_of(made: Refund) -> dict[str, int]:
    """Units of credits that a refund gives back, by their code."""
    return returning.units_of(made)


def left_of(order: Order) -> Decimal:
    """What can still be given back of an order, in money and credits."""
    paid = order.attempts.filter(state=PaymentAttempt.State.CAPTURED).first()
    return paid.refundable + returning.left_of(order) if paid else money.ZERO


def extras_left(order: Order) -> Decimal:
    """What is left of what delivery and surcharges cost."""
    goods = order.lines.aggregate(all=Sum("line_price_incl_tax", default=money.ZERO))["all"]
    standing = order.refunds.exclude(state=Refund.State.FAILED)
    given = standing.aggregate(all=Sum("shipping", default=money.ZERO))["all"]
    return Decimal(order.total_incl_tax - goods - given)


@transaction.atomic
def _reserved(
    order: Order, quantities: Mapping[int, int], shipping: Decimal, reason: str, by: User | None, restock: bool
) -> Refund:
    if is_guarded("refund"):
        order = Order.objects.lock_for(order)
    attempt = order.attempts.filter(state=PaymentAttempt.State.CAPTURED).first()
    if attempt is None:
        raise TooMuch(_("Order %(number)s is not paid.") % {"number": order.number})
    plan = planned(order, quantities, shipping)
    racepoint("refund.checked")
    _check(attempt, plan)
    made = Refund.objects.create(
        order=order,
        attempt=attempt,
        amount=plan.amount,
        credited=plan.credited,
        shipping=shipping,
        reason=reason[:255],
        by=by,
        restock=restock,
    )
    returning.reserve(made, plan.credits)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(refunded=F("refunded") + made.amount)
    _take_back(order, plan.rows, restock)
    for row in plan.rows:
        row.refund = made
    RefundLine.objects.bulk_create(plan.rows)
    return made


def planned(order: Order, quantities: Mapping[int, int], shipping: Decimal) -> Plan:
    """What a refund would give back, as things stand. Raises `TooMuch` for units or extras that are not there."""
    lines = {line.pk: line for line in order.lines.order_by("pk")}
    wanted = [(lines.get(pk), count) for pk, count in sorted(quantities.items()) if count]
    rows = [_refund_line(line, count, order.currency) for line, count in wanted]
    left = extras_left(order)
    is_wrong = shipping != money.rounded(shipping, order.currency) or not 0 <= shipping <= left
    if is_wrong and is_guarded("refund"):
        raise TooMuch(_("Of delivery and surcharges %(left)s can be refunded.") % {"left": left})
    return Plan(rows, returning.of(order, rows, shipping, left), shipping)


def _refund_line(line: Line | None, count: int, currency: str) -> RefundLine:
    if line is None:
        raise TooMuch(_("This line is not in the order."))
    left = line.quantity - line.quantity_refunded
    if not 0 < count <= left:
        text = _("Of “%(title)s” %(left)d can be refunded, not %(count)d.")
        raise TooMuch(text % {"title": line.title, "left": left, "count": count})
    return RefundLine(line=line, quantity=count, amount=amount_of(line, count, currency))


def _check(attempt: PaymentAttempt, plan: Plan) -> None:
    if not is_guarded("refund"):
        return
    if plan.amount > attempt.refundable or not (plan.amount or plan.rows or plan.credits):
        raise TooMuch(_("%(left)s can be refunded.") % {"left": attempt.refundable})


def _take_back(order: Order, rows: list[RefundLine], restock: bool) -> None:
    """What happens to the units: those still here are cancelled and free again, those that came back are noted."""
    free: dict[int, int] = {}
    for row in rows:
        line = row.line
        # Cancelled, but their refund was refused by the provider: they are free already.
        cancelled_before = min(row.quantity, max(0, line.quantity_cancelled - line.quantity_refunded))
        cancelled = min(row.quantity - cancelled_before, line.to_ship)
        held = min(cancelled, line.num_allocated)
        line.quantity_refunded += row.quantity
        line.quantity_cancelled += cancelled
        line.num_allocated -= held
        if line.stockrecord_id:
            free[line.stockrecord_id] = free.get(line.stockrecord_id, 0) + held
            row.came_back = row.quantity - cancelled_before - cancelled if restock else 0
    Line.objects.bulk_update([row.line for row in rows], ["quantity_refunded", "quantity_cancelled", "num_allocated"])
    StockRecord.objects.lock_for(sorted(free))
    StockRecord.objects.release(free)
    if order.status == statuses.PARTLY_SHIPPED and not any(line.to_ship for line in order.lines.all()):
        statuses.move(order, statuses.SHIPPED)


def of_surplus(attempt: PaymentAttempt) -> Refund:
    """For money that came too late or twice: all of it. Inside the transaction that finds it out."""
    PaymentAttempt.objects.filter(pk=attempt.pk).update(refunded=attempt.amount)
    return Refund.objects.create(order=attempt.order, attempt=attempt, amount=attempt.amount, reason="paid too late or twice")


def carry_out(made: Refund) -> Refund:
    """Ask the provider for a reserved refund and note what it says. Safe to repeat."""
    if made.state != Refund.State.PENDING:
        return made
    try:
        outcome = RefundOutcome(is_done=True) if not made.amount else providers.gateway(made.attempt.provider).refund(made)
    except Unreachable as error:
        log.warning("payment_provider_unreachable", refund=str(made.key), error=str(error))
        return made
    racepoint("refund.after_answer")
    return _noted(made, outcome)


@transaction.atomic
def _noted(made: Refund, outcome: RefundOutcome) -> Refund:
    order = Order.objects.lock_for(made.order)
    made = Refund.objects.select_for_update(of=("self",)).select_related("attempt", "order").get(pk=made.pk)
    if made.state != Refund.State.PENDING:
        return made
    made.state = Refund.State.DONE if outcome.is_done else Refund.State.FAILED
    made.reference, made.error = outcome.reference, outcome.error[:255]
    made.done_at = timezone.now() if outcome.is_done else None
    made.save(update_fields=["state", "reference", "error", "done_at"])
    if outcome.is_done:
        returning.carry_out(order, made)
        _restock(made)
        _tell(order, made)
    else:
        _undo(made)
    return made


def _restock(made: Refund) -> None:
    """Not before the money is back: of a refund that is refused and asked for again they would come back twice."""
    back: dict[int, int] = {}
    for row in made.lines.filter(came_back__gt=0, line__stockrecord__isnull=False).select_related("line"):
        back[row.line.stockrecord_id] = back.get(row.line.stockrecord_id, 0) + row.came_back
    if back:
        StockRecord.objects.lock_for(sorted(back))
        StockRecord.objects.restock(back)


def _tell(order: Order, made: Refund) -> None:
    if made.attempt.state == PaymentAttempt.State.CAPTURED and _is_all_back(order, made.attempt):
        statuses.move(order, statuses.REFUNDED)
        if not order.lines.filter(quantity_shipped__gt=0).exists():  # cancelled after it was paid, not sent back
            holding.let_go_of_uses(order)
    event = OrderRefunded(
        order_id=order.pk,
        number=order.number,
        refund_id=made.pk,
        amount=str(made.amount),
        currency=made.attempt.currency,
        line_quantities={str(row.line_id): row.quantity for row in made.lines.all()},
        credit_units=returning.units_of(made),
    )
    record(event, customer=order.customer)


def _is_all_back(order: Order, attempt: PaymentAttempt) -> bool:
    done = attempt.refunds.filter(state=Refund.State.DONE)
    given = done.aggregate(all=Sum(F("amount") + F("credited"), default=money.ZERO))["all"]
    return bool(given == order.total_incl_tax)


def _undo(made: Refund) -> None:
    """The provider refused: the money can be asked for again. Units that were cancelled stay cancelled."""
    PaymentAttempt.objects.filter(pk=made.attempt_id).update(refunded=F("refunded") - made.amount)
    returning.undo(made)
    for row in made.lines.all():
        Line.objects.filter(pk=row.line_id).update(quantity_refunded=F("quantity_refunded") - row.quantity)
