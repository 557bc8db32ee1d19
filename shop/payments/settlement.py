"""How an attempt ended: the same function for the browser's return, the webhook and the sweep, in any order.

Locks: the order, then its attempt, always.
"""

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shop.customers.models import User
from shop.forks.order.models import Order, OrderNote
from shop.forks.races import is_guarded, racepoint
from shop.orders import fulfilment, statuses
from shop.orders.statuses import NotPossible
from shop.payments import providers, refunds
from shop.payments.gateways.base import Outcome, Result, Unreachable
from shop.payments.models import PaymentAttempt, Refund

log = structlog.get_logger(__name__)
State = PaymentAttempt.State
SETTLED = (State.CAPTURED, State.SURPLUS)


def settle(attempt: PaymentAttempt) -> PaymentAttempt:
    """The attempt, brought up to date with what the provider says of it; as it was when the provider does not answer."""
    gateway = providers.gateway(attempt.provider)
    if gateway.is_offline or attempt.state in SETTLED:
        return attempt
    try:
        outcome = gateway.outcome(attempt)
    except Unreachable as error:
        log.warning("payment_provider_unreachable", attempt=str(attempt.key), error=str(error))
        return attempt
    racepoint("settle.after_answer")
    attempt, surplus = _apply(attempt, outcome)
    racepoint("settle.after_commit")
    if surplus:
        refunds.carry_out(surplus)
    return attempt


@transaction.atomic
def _apply(attempt: PaymentAttempt, outcome: Outcome) -> tuple[PaymentAttempt, Refund | None]:
    """Make true here what is true at the provider. Money that the order cannot take becomes a refund."""
    order = Order.objects.lock_for(attempt.order)
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
    attempt.order = order
    if attempt.state in SETTLED and is_guarded("settle"):
        return attempt, None
    surplus = None
    if outcome.result is Result.CAPTURED:
        surplus = _captured(order, attempt, outcome)
    elif outcome.result is Result.DECLINED:
        _save(attempt, State.DECLINED, outcome)
    elif outcome.result is Result.ABSENT and attempt.state != State.DECLINED:
        _save(attempt, State.CLOSED, outcome)
    racepoint("settle.before_commit")
    return attempt, surplus


def _captured(order: Order, attempt: PaymentAttempt, outcome: Outcome) -> Refund | None:
    expected = (providers.gateway(attempt.provider).units(attempt.amount, attempt.currency), attempt.currency)
    is_right = (outcome.minor_units, outcome.currency) == expected
    if is_right and not order.paid_at and order.status in statuses.UNPAID:
        _save(attempt, State.CAPTURED, outcome)
        fulfilment.note_payment(order)
        return None
    if not is_right:
        # Not what was asked for: nobody but a person can tell why, so it goes neither to the order nor back by itself.
        log.error("payment_of_other_amount", attempt=str(attempt.key), taken=outcome.minor_units, currency=outcome.currency)
        message = gettext_noop("The provider took another amount.")
        OrderNote.objects.create(order=order, note_type=OrderNote.ERROR, message=message)
    _save(attempt, State.SURPLUS, outcome)
    return refunds.of_surplus(attempt) if is_right else None


def _save(attempt: PaymentAttempt, state: str, outcome: Outcome) -> None:
    attempt.state, attempt.charge, attempt.error = state, outcome.charge, outcome.error[:255]
    attempt.settled_at = timezone.now()
    attempt.save(update_fields=["state", "charge", "error", "settled_at"])


def close(attempt: PaymentAttempt) -> PaymentAttempt:
    """See to it that no money comes of the attempt, unless it already has; then it is settled as paid."""
    gateway = providers.gateway(attempt.provider)
    try:
        if attempt.is_open:
            gateway.close(attempt)
    except Unreachable as error:
        log.warning("payment_provider_unreachable", attempt=str(attempt.key), error=str(error))
        return attempt
    return settle(attempt)


def give_up(order: Order, reason: str = "") -> Order:
    """Cancel an unpaid order: its attempts are closed at the provider first. One that turns out to be paid stays.

    Its stock and vouchers are free again and its basket is open. Raises `NotPossible` while a provider does not answer.
    """
    for attempt in order.attempts.open():
        close(attempt)
    with transaction.atomic():
        locked = Order.objects.lock_for(order)
        if locked.paid_at or locked.status not in statuses.UNPAID:
            return locked
        if locked.attempts.open().exists():
            raise NotPossible(_("The payment provider does not answer. Please try again in a few minutes."))
        locked.attempts.filter(state=State.WAITING).update(state=State.CLOSED)
        return fulfilment.cancel(locked, reason)


@transaction.atomic
def take_back(order: Order, reason: str) -> Order:
    """Nobody took the parcel or paid for it: the order is cancelled and its units are in stock again. Raises `NotPossible`."""
    order = Order.objects.lock_for(order)
    if order.status in statuses.UNPAID:  # nothing has left: `give_up` asks the provider first
        names = {"number": order.number, "status": statuses.NAMES[order.status], "to": statuses.NAMES[statuses.CANCELLED]}
        raise NotPossible(_("Order %(number)s is “%(status)s” and cannot become “%(to)s”.") % names)
    cancelled = fulfilment.cancel(order, reason, is_back=True)
    order.attempts.filter(state=State.WAITING).update(state=State.CLOSED)
    return cancelled


@transaction.atomic
def receive(order: Order, by: User) -> Order:
    """Staff have seen the money of a transfer or a delivery. A second call changes nothing."""
    order = Order.objects.lock_for(order)
    if order.paid_at:
        return order
    waiting = order.attempts.select_for_update().filter(state=State.WAITING).first()
    if waiting is None:
        raise NotPossible(_("Order %(number)s is paid online, not by hand.") % {"number": order.number})
    _save(waiting, State.CAPTURED, Outcome(Result.CAPTURED))
    OrderNote.objects.create(order=order, user=by, note_type=OrderNote.SYSTEM, message=gettext_noop("Payment received."))
    return fulfilment.note_payment(order)
