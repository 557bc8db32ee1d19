"""Trying to be paid: one open attempt for an order at a time, each with a key that makes the provider act once."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from shop.forks.order.models import Order
from shop.forks.races import racepoint
from shop.orders import fulfilment, handlers, statuses
from shop.orders.placing import NoSuchPayment
from shop.payments import providers, settlement
from shop.payments.gateways.base import Started
from shop.payments.models import PaymentAttempt

State = PaymentAttempt.State


@dataclass(frozen=True)
class Step:
    """Where the shopper goes now: to `redirect_url`, or straight to the thank-you page when it is None."""

    redirect_url: str | None
    attempt: PaymentAttempt | None


def open_first(order: Order, details: Any) -> None:
    """The first attempt of a new order, in the very transaction that writes the order.

    Raises `NoSuchPayment` for a way to pay that is not offered for this order.
    """
    code = details.payment_code
    surcharge = sum(one.incl_tax for one in order.surcharges.all()) if code != "free" else 0
    offered = providers.available(order.total_incl_tax - surcharge, order.currency, details.country)
    if "free" in [one.code for one in offered]:
        code = "free"
    elif code not in [one.code for one in offered]:
        raise NoSuchPayment
    attempt = _new(order, code, "")
    if code == "free":
        PaymentAttempt.objects.filter(pk=attempt.pk).update(state=State.CAPTURED)
        fulfilment.confirm_payment(order)
    else:
        statuses.move(order, providers.gateway(code).unpaid_status)


def start(order: Order, payment_code: str, return_url: str) -> Step:
    """Begin, resume or renew payment of an order. `return_url` is the page that the shopper comes back to, a path.

    Sent twice it leads to the same payment page. Raises `Unreachable` when the provider does not answer (try again later)
    and `NoSuchPayment` for a way to pay that there is none of.
    """
    if payment_code not in providers.GATEWAYS:
        raise NoSuchPayment
    for other in order.attempts.open().exclude(provider=payment_code):
        settlement.close(other)
    attempt = _opened(order, payment_code, return_url)
    if attempt is None or not attempt.is_open:
        return Step(None, attempt)
    if attempt.redirect_url:
        return Step(attempt.redirect_url, attempt)
    racepoint("pay.before_call")
    started = providers.gateway(payment_code).start(attempt)
    racepoint("pay.after_call")
    return Step(started.redirect_url, _noted(attempt, started))


@transaction.atomic
def _opened(order: Order, code: str, return_path: str) -> PaymentAttempt | None:
    """The attempt to go on with: the open one, else a new one. None when there is nothing to pay any more."""
    order = Order.objects.lock_for(order)
    if order.paid_at or order.status not in statuses.UNPAID:
        return PaymentAttempt.objects.filter(order=order, state=State.CAPTURED).first()
    unsettled = [State.NEW, State.PENDING, State.WAITING]
    current = PaymentAttempt.objects.filter(order=order, state__in=unsettled).first()
    if current and current.provider == code:
        if current.return_path != return_path and not current.redirect_url:
            current.return_path = return_path
            current.save(update_fields=["return_path"])
        return current
    if current and current.is_open:
        return None  # another browser window has just begun to pay another way: let it
    if current:
        PaymentAttempt.objects.filter(pk=current.pk).update(state=State.CLOSED)
    return _renewed(order, code, return_path)


def _renewed(order: Order, code: str, return_path: str) -> PaymentAttempt:
    attempt = _new(order, code, return_path)
    statuses.move(order, providers.gateway(code).unpaid_status)
    Order.objects.filter(pk=order.pk).update(payment_code=code)
    if attempt.state == State.WAITING:
        order.payment_code = code
        handlers.send_confirmation(order)
    return attempt


def _new(order: Order, code: str, return_path: str) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        order=order,
        provider=code,
        state=State.WAITING if providers.gateway(code).is_offline else State.NEW,
        amount=order.total_incl_tax,
        currency=order.currency,
        return_path=return_path,
    )


def _noted(attempt: PaymentAttempt, started: Started) -> PaymentAttempt:
    """Remember the provider's page, unless a webhook or the sweep was faster and has settled the attempt."""
    noted = {"state": State.PENDING, "reference": started.reference, "redirect_url": started.redirect_url}
    PaymentAttempt.objects.filter(pk=attempt.pk, state=State.NEW).update(**noted)
    attempt.refresh_from_db()
    return attempt


__all__ = ["NoSuchPayment", "Step", "open_first", "start"]
