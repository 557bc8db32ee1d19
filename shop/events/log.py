"""The one door to the log."""

from dataclasses import asdict
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from shop.customers.models import Customer
from shop.events import registry
from shop.events.catalog import Event
from shop.events.models import Delivery
from shop.events.models import Event as Row


class NotInATransaction(RuntimeError):
    """`record()` was called outside a transaction: the event would be true even if the change were not."""


def record(event: Event, *, customer: Customer | None, happened_at: datetime | None = None) -> Row:
    """Write down what has just become true, in the transaction that makes it true, and who must hear of it."""
    # pytest wraps tests in a block of its own, which must not hide a missing one.
    if not any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise NotInATransaction(event.kind)
    row = Row.objects.create(
        kind=event.kind,
        customer=customer,
        data=asdict(event),
        happened_at=happened_at or timezone.now(),
    )
    names = registry.handlers_of(event.kind)
    if names:
        Delivery.objects.bulk_create([Delivery(event=row, handler=name) for name in names])
        transaction.on_commit(_ring, robust=True)
    return row


def _ring() -> None:
    """Wake a worker. If the broker is gone the delivery waits for the sweep."""
    from shop.events.tasks import deliver_due_events  # noqa: PLC0415  the task imports the handlers' world

    deliver_due_events.delay()
