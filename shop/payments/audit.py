"""Orders against payments, and our books against the test provider's own."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from shop.forks.order.models import Line, Order
from shop.orders import statuses
from shop.orders.audit import Rows, invariant, total
from shop.orders.models import CreditShare
from shop.payments import sweeping
from shop.payments.models import PaymentAttempt, Refund, RefundCredit, RefundLine, TestCharge, WebhookEvent

State = PaymentAttempt.State
SOON = timedelta(minutes=10)


@invariant("I2")
def paid_orders_have_their_payment() -> Rows:
    """An order is paid if and only if one attempt took exactly what credits left of its total; imported ones have none."""
    mine = PaymentAttempt.objects.filter(order=OuterRef("pk"))
    exact = mine.filter(
        state=State.CAPTURED, amount=OuterRef("total_incl_tax") - OuterRef("credit_total"), currency=OuterRef("currency")
    )
    orders = Order.objects.annotate(has_any=Exists(mine), is_exact=Exists(exact))
    return orders.filter(Q(has_any=True, paid_at__isnull=False, is_exact=False) | Q(paid_at=None, is_exact=True))


@invariant("I2")
def nothing_waits_for_ever() -> Rows:
    """No attempt is open long after its time, and no refund waits."""
    late = timezone.now() - SOON
    yield from PaymentAttempt.objects.open_since(late - sweeping.HOLD)
    yield from Refund.objects.filter(state=Refund.State.PENDING, created_at__lt=late)


@invariant("I2")
def the_test_provider_agrees() -> Rows:
    """What the test provider took, less what it gave back, is what our attempts and refunds say."""
    late = timezone.now() - SOON
    taken = _balances(late)
    done = total(Refund.objects.filter(state=Refund.State.DONE), "attempt", F("amount"))
    attempts: Any = PaymentAttempt.objects.filter(provider="test").annotate(done=done).order_by("pk")
    for attempt in attempts.iterator(chunk_size=2000):
        kept = attempt.amount - attempt.done if attempt.state in (State.CAPTURED, State.SURPLUS) else -attempt.done
        if kept != taken.pop(attempt.key, 0):
            yield attempt
    yield from (f"charge {key} of nobody: {amount}" for key, amount in taken.items() if amount)


def _balances(before: datetime) -> dict[UUID, Decimal]:
    """The test provider's balance for each attempt key. Charges of the last minutes may still be on their way to us."""
    rows = TestCharge.objects.filter(charge_key__in=_settled_or_old(before)).values_list("charge_key", "amount")
    balance: dict[UUID, Decimal] = {}
    for key, amount in rows:
        balance[key] = balance.get(key, Decimal(0)) + amount
    return balance


def _settled_or_old(before: datetime) -> Any:
    settled = PaymentAttempt.objects.filter(state__in=[State.CAPTURED, State.SURPLUS]).values("key")
    return TestCharge.objects.filter(Q(created_at__lt=before) | Q(charge_key__in=settled)).values("charge_key")


@invariant("I3")
def refunds_are_what_they_are_made_of() -> Rows:
    """An attempt's refunds add up to what it says was given back; a line's refunded units to its refunds."""
    standing = Refund.objects.exclude(state=Refund.State.FAILED)
    given = total(standing, "attempt", F("amount"))
    yield from PaymentAttempt.objects.annotate(given=given).exclude(given=F("refunded"))
    rows = RefundLine.objects.exclude(refund__state=Refund.State.FAILED)
    units, amount = total(rows, "line", F("quantity")), total(rows, "line", F("amount"))
    lines = Line.objects.filter(order__attempts__isnull=False).annotate(units=units, given=amount).distinct()
    yield from lines.filter(~Q(units=F("quantity_refunded")) | Q(given__gt=F("line_price_incl_tax")))


@invariant("I3")
def refunded_credits_are_what_they_are_made_of() -> Rows:
    """What a refund gives back as credits is the sum of its shares, and a share's the sum of its refunds."""
    parts = total(RefundCredit.objects.all(), "refund", F("amount"))
    yield from Refund.objects.annotate(parts=parts).exclude(parts=F("credited"))
    standing = RefundCredit.objects.exclude(refund__state=Refund.State.FAILED)
    amount, units = (total(standing, "share", F(name)) for name in ("amount", "units"))
    shares = CreditShare.objects.annotate(given=amount, counted=units)
    yield from shares.exclude(given=F("returned_amount"), counted=F("returned_units"))


@invariant("I3")
def refunded_orders_gave_all_back() -> Rows:
    """An order is refunded if and only if all that was paid for it went back, in money and in credits."""
    done = total(Refund.objects.filter(state=Refund.State.DONE), "attempt", F("amount") + F("credited"))
    captured = PaymentAttempt.objects.filter(state=State.CAPTURED, order__total_incl_tax__gt=0)
    paid = captured.annotate(done=done, all_of_it=F("amount") + F("order__credit_total"))
    is_refunded, is_all = Q(order__status=statuses.REFUNDED), Q(done=F("all_of_it"))
    return paid.filter((is_refunded & ~is_all) | (~is_refunded & is_all))


@invariant("I10")
def webhooks_are_applied() -> Rows:
    """Every verified webhook call was applied within minutes."""
    return WebhookEvent.objects.filter(applied_at=None, received_at__lt=timezone.now() - SOON)
