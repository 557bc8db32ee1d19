"""Trying to be paid: one open attempt for an order at a time, each with a key that makes the provider act once."""

from dataclasses import dataclass

from django.db import transaction

from shop.forks.order.models import Order
from shop.forks.races import racepoint
from shop.orders import fulfilment, handlers, statuses
from shop.orders.details import Details
from shop.orders.placing import NoSuchPayment
from shop.orders.quotes import Quote
from shop.payments import providers, settlement
from shop.payments.gateways.base import Started
from shop.payments.models import PaymentAttempt

State = PaymentAttempt.State


@dataclass(frozen=True)
class Step:
    """Where the shopper goes now: to `redirect_url`, or straight to the thank-you page when it is None."""

    redirect_url: str | None
    attempt: PaymentAttempt | None


def open_first(order: Order, details: Details, quote: Quote) -> None:
    """The first attempt of a new order, in the very transaction that writes the order.

    Raises `NoSuchPayment` for a way to pay that is not offered for this order.
    """
    code = details.payment_code if order.due else providers.FREE
    if code == providers.FREE and not order.due:
        _new(order, code, "", state=State.CAPTURED)
        fulfilment.note_payment(order)
    elif providers.is_offered(code, quote.due - quote.surcharge, quote.currency, details.country, quote.payment_method):
        _new(order, code, "")
        statuses.move(order, providers.gateway(code).unpaid_status)
    else:
        raise NoSuchPayment


def start(order: Order, payment_code: str, return_url: str) -> Step:
    """Begin, resume or renew payment of an order. `return_url` is the page that the shopper comes back to, a path.

    Sent twice it leads to the same payment page. Raises `Unreachable` when the provider does not answer (try again later)
    and `NoSuchPayment` for a way to pay that there is none of.
    """
    if payment_code not in providers.GATEWAYS:
        raise NoSuchPayment
    attempt = PaymentAttempt.objects.filter(order=order).open().first()
    if attempt and attempt.provider != payment_code:
        settlement.close(attempt)
        attempt = None
    attempt = attempt or _opened(order, payment_code, return_url)
    if attempt is None or not attempt.is_open:
        return Step(None, attempt)
    if attempt.redirect_url:
        return Step(attempt.redirect_url, attempt)
    _note_way_back(attempt, return_url)
    racepoint("pay.before_call")
    started = providers.gateway(payment_code).start(attempt)
    racepoint("pay.after_call")
    attempt = _noted(attempt, started)
    # One that was given up meanwhile has a page that nobody may be shown.
    return Step(attempt.redirect_url if attempt.is_open else None, attempt)


@transaction.atomic
def _opened(order: Order, code: str, return_path: str) -> PaymentAttempt | None:
    """The attempt to go on with: the open one, else a new one. None when there is nothing to pay any more."""
    order = Order.objects.lock_for(order)
    if order.paid_at or order.status not in statuses.UNPAID:
        return PaymentAttempt.objects.filter(order=order, state=State.CAPTURED).first()
    unsettled = [State.NEW, State.PENDING, State.WAITING]
    current = PaymentAttempt.objects.filter(order=order, state__in=unsettled).first()
    if current and current.provider == code:
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


def _new(order: Order, code: str, return_path: str, state: str = "") -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        order=order,
        provider=code,
        state=state or (State.WAITING if providers.gateway(code).is_offline else State.NEW),
        amount=order.due,
        currency=order.currency,
        return_path=return_path,
    )


def _note_way_back(attempt: PaymentAttempt, path: str) -> None:
    """Once, before the provider hears of it: asked again with the same key, in whatever language, it must hear the same."""
    if not attempt.return_path and PaymentAttempt.objects.filter(pk=attempt.pk, return_path="").update(return_path=path):
        attempt.return_path = path
    elif not attempt.return_path:
        attempt.refresh_from_db(fields=["return_path"])


def _noted(attempt: PaymentAttempt, started: Started) -> PaymentAttempt:
    """Remember the provider's page, unless a webhook or the sweep was faster and has settled the attempt."""
    attempt.state, attempt.reference, attempt.redirect_url = State.PENDING, started.reference, started.redirect_url
    kept = {name: getattr(attempt, name) for name in ("state", "reference", "redirect_url")}
    if not PaymentAttempt.objects.filter(pk=attempt.pk, state=State.NEW).update(**kept):
        attempt.refresh_from_db()
    return attempt


__all__ = ["NoSuchPayment", "Step", "open_first", "start"]
