"""Handing events to their handlers: each once, whatever dies meanwhile."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from shop.events import registry
from shop.events.models import Delivery

log = structlog.get_logger(__name__)

RETRIES = (10, 60, 300, 1800, 7200, 21600, 86400)  # seconds


def deliver_all(limit: int = 1000) -> int:
    """Make the deliveries that are due, at most `limit`; return how many were tried."""
    for count in range(limit):
        if not deliver_next():
            return count
    return limit


def deliver_next() -> bool:
    """Make one delivery; `False` when none is due. A failing handler rolls back alone and is tried again later."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.due().select_for_update(skip_locked=True, of=("self",)).select_related("event__customer").first()
        )
        if delivery is None:
            return False
        try:
            with transaction.atomic():
                _hand_over(delivery)
        except Exception as error:
            _postpone(delivery, error)
        else:
            delivery.state, delivery.done_at, delivery.error = Delivery.State.DONE, timezone.now(), ""
        delivery.attempts += 1
        delivery.save()
    return True


def _hand_over(delivery: Delivery) -> None:
    event = delivery.event
    handler = registry.handlers_of(event.kind).get(delivery.handler)
    if handler is None:
        raise LookupError(f"No handler {delivery.handler} hears {event.kind} any more.")
    handler(registry.event_classes()[event.kind](**event.data), event.customer)


def _postpone(delivery: Delivery, error: Exception) -> None:
    log.exception("handler_failed", handler=delivery.handler, event=delivery.event_id, attempt=delivery.attempts + 1)
    delivery.error = f"{type(error).__name__}: {error}"
    if delivery.attempts < len(RETRIES):
        delivery.due_at = timezone.now() + timedelta(seconds=RETRIES[delivery.attempts])
    else:
        delivery.state = Delivery.State.FAILED
