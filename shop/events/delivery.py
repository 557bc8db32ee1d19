"""Handing events to their handlers: the effects of each happen once, whatever dies meanwhile."""

import time
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shop.events import registry
from shop.events.models import Delivery

log = structlog.get_logger(__name__)

RETRIES = (10, 60, 300, 1800, 7200, 21600, 86400)  # seconds until the next try; after the last it has failed for good
KEPT = timedelta(days=30)  # how long one can see in the admin that a delivery was made


def deliver_all(seconds: float = 240) -> int:
    """Make the deliveries that are due for at most so long; return how many were tried. Any number of workers may run at once.

    It ends by itself well before the time limit of a task, which would kill it in the middle of a handler.
    """
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and (delivery := claim()):
        hand_over(delivery)
        count += 1
    return count


def claim() -> Delivery | None:
    """Take a delivery that is due, and count the try before it is made.

    The count is committed first: an event that kills its worker comes back later each time and ends in the admin, instead
    of killing one worker after another.
    """
    with transaction.atomic():
        delivery = Delivery.objects.due().select_for_update(skip_locked=True).first()
        if delivery is None:
            return None
        delivery.due_at = timezone.now() + timedelta(seconds=RETRIES[min(delivery.attempts, len(RETRIES) - 1)])
        if delivery.attempts > len(RETRIES):
            delivery.state, delivery.error = Delivery.State.FAILED, delivery.error or "The worker died each time."
        delivery.attempts += 1
        delivery.save(update_fields=["due_at", "attempts", "state", "error"])
    return delivery


def hand_over(claimed: Delivery) -> None:
    """Run the handler and mark it done, both or neither. A failing one rolls back alone and is tried again later."""
    try:
        with transaction.atomic():
            # Locked for as long as the handler runs: who finds it due again meanwhile passes over it.
            delivery = (
                Delivery.objects.waiting()
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("event__customer")
                .filter(pk=claimed.pk, attempts=claimed.attempts)
                .first()
            )
            if delivery is None:
                return
            _run_handler(delivery)
            delivery.state, delivery.done_at, delivery.error = Delivery.State.DONE, timezone.now(), ""
            delivery.save(update_fields=["state", "done_at", "error"])
    except Exception as error:
        _note_failure(claimed, error)


def try_again(deliveries: QuerySet[Delivery]) -> int:
    """Give failed deliveries all their tries anew; return how many."""
    failed = deliveries.filter(state=Delivery.State.FAILED)
    return failed.update(state=Delivery.State.WAITING, attempts=0, due_at=timezone.now())


def forget_old() -> int:
    """Remove the traces of deliveries that were made long ago; the events stay. Return how many."""
    count, _ = Delivery.objects.filter(state=Delivery.State.DONE, done_at__lt=timezone.now() - KEPT).delete()
    return count


def _run_handler(delivery: Delivery) -> None:
    event = delivery.event
    handler = registry.handler_called(delivery.handler, event.kind)
    if handler is None:
        # Perhaps a newer version of the shop wrote this and a worker of that version will know it.
        raise LookupError(
            f"No handler {delivery.handler} hears {event.kind} here; a renamed one says so with @on(…, formerly=…)."
        )
    handler(registry.event_classes()[event.kind](**event.data), event.customer)


def _note_failure(delivery: Delivery, error: Exception) -> None:
    log.exception("handler_failed", handler=delivery.handler, event_id=delivery.event_id, attempt=delivery.attempts)
    state = Delivery.State.FAILED if delivery.attempts > len(RETRIES) else Delivery.State.WAITING
    Delivery.objects.waiting().filter(pk=delivery.pk, attempts=delivery.attempts).update(
        error=f"{type(error).__name__}: {error}"[:2000], state=state
    )
