"""Calls of the providers: verified, written down once, then applied by asking the provider what is true.

What a call says of state or amount is never believed, so their order does not matter and a repeated one changes nothing.
"""

import uuid

import structlog
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from shop.forks.order.models import OrderNote
from shop.forks.races import racepoint
from shop.payments import providers, settlement
from shop.payments.gateways.base import Forged, Notice
from shop.payments.models import PaymentAttempt, WebhookEvent

log = structlog.get_logger(__name__)


def take(provider: str, request: HttpRequest) -> WebhookEvent | None:
    """Write a call down; None if it was known. Raises `Forged`, and then nothing is written."""
    notice = providers.gateway(provider).read_webhook(request)
    if not (notice.event_id + notice.kind + notice.reference).isprintable():
        raise Forged("unreadable")  # NUL bytes and halves of letters: no provider's, and nothing that could be kept
    racepoint("webhook.verified")
    event, is_new = WebhookEvent.objects.get_or_create(
        provider=provider,
        event_id=notice.event_id[:255],
        defaults={"kind": notice.kind[:100], "attempt_key": _key(notice), "reference": notice.reference[:255]},
    )
    racepoint("webhook.written")
    return event if is_new else None


def apply_waiting(limit: int = 200) -> int:
    """Apply the calls that were written down and not applied yet; returns how many were."""
    waiting = list(WebhookEvent.objects.filter(applied_at=None).order_by("pk")[:limit])
    return sum(_applied(event) for event in waiting)


def _applied(event: WebhookEvent) -> bool:
    """Each call alone: one that fails is logged and tried again, and the others and the sweep go on."""
    try:
        apply(event)
    except Exception:
        log.exception("webhook_failed", provider=event.provider, call=event.event_id, kind=event.kind)
        return False
    return True


def apply(event: WebhookEvent) -> None:
    """Settle the attempt that a call is about. An attempt that the provider cannot be asked about now, the sweep asks."""
    attempt = _attempt(event)
    if attempt is not None:
        _learn(attempt, event)
        settlement.settle(attempt)
    else:
        log.info("webhook_of_nobody", provider=event.provider, call=event.event_id, kind=event.kind)
    with transaction.atomic():
        is_first = WebhookEvent.objects.filter(pk=event.pk, applied_at=None).update(applied_at=timezone.now())
        worry = providers.gateway(event.provider).worries.get(event.kind)
        if is_first and worry and attempt is not None:
            OrderNote.objects.create(order=attempt.order, note_type=OrderNote.ERROR, message=worry)


def _attempt(event: WebhookEvent) -> PaymentAttempt | None:
    named = Q(key=event.attempt_key) if event.attempt_key else Q()
    named |= Q(reference=event.reference) if event.reference else Q()
    attempts = PaymentAttempt.objects.filter(provider=event.provider)
    found = attempts.filter(named).first() if named else None
    return found or (attempts.filter(charge=event.reference).first() if event.reference else None)


def _learn(attempt: PaymentAttempt, event: WebhookEvent) -> None:
    """The provider's name for an attempt whose start was answered when nobody listened any more."""
    if event.reference and event.attempt_key == attempt.key and not attempt.reference:
        attempt.reference = event.reference
        attempt.save(update_fields=["reference"])


def _key(notice: Notice) -> uuid.UUID | None:
    try:
        return uuid.UUID(notice.attempt_key or "")
    except ValueError:
        return None


__all__ = ["Forged", "apply", "apply_waiting", "take"]
