"""What nobody came back for: attempts, orders, refunds and webhook calls that were left in the middle.

Every payment that a provider took ends here as a paid order or as a refund, whatever died meanwhile.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar, cast

import structlog
from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shop.forks.order.models import Order
from shop.orders import statuses
from shop.orders.statuses import NotPossible
from shop.payments import refunds, settlement, webhooks
from shop.payments.models import PaymentAttempt, Refund

log = structlog.get_logger(__name__)
T = TypeVar("T")

UNTOUCHED = timedelta(minutes=1)  # younger ones are still in somebody's hands
HOLD = timedelta(minutes=settings.PAYMENT_HOLD_MINUTES)
TRANSFER_HOLD = timedelta(days=settings.TRANSFER_HOLD_DAYS)


def sweep(now: datetime | None = None) -> None:
    """Finish what can be finished. Each thing alone: one that fails is logged and tried again at the next sweep."""
    now = now or timezone.now()
    webhooks.apply_waiting()
    _each(settlement.settle, PaymentAttempt.objects.open_since(now - UNTOUCHED).select_related("order"))
    _each(refunds.carry_out, Refund.objects.filter(state=Refund.State.PENDING, created_at__lt=now - UNTOUCHED))
    _each(settlement.give_up, _left(statuses.PENDING_PAYMENT, now - HOLD))
    _each(_tell_and_give_up, _left(statuses.AWAITING_TRANSFER, now - TRANSFER_HOLD))


def _left(status: str, moment: datetime) -> QuerySet[Order]:
    """Orders in a status that nobody has tried to pay since the moment."""
    orders = Order.objects.filter(status=status, date_placed__lt=moment).annotate(tried_at=Max("attempts__created_at"))
    return cast("QuerySet[Order]", orders.filter(Q(tried_at=None) | Q(tried_at__lt=moment)))


def _tell_and_give_up(order: Order) -> None:
    with translation.override(order.language):
        reason = _("The transfer did not arrive in time.")
    settlement.give_up(order, reason)


def _each(do: Callable[[T], object], things: Iterable[T]) -> None:
    for thing in list(things):
        try:
            do(thing)
        except NotPossible as why:
            log.info("sweep_later", thing=repr(thing), why=str(why))
        except Exception:
            log.exception("sweep_failed", thing=repr(thing))
