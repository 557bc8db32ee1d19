"""The one door to the log."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from shop.events import bell, registry
from shop.events.catalog import Event
from shop.events.models import Delivery
from shop.events.models import Event as Row

if TYPE_CHECKING:
    from shop.customers.models import Customer


class NotInATransaction(RuntimeError):
    """`record()` was called outside a transaction: the event would be true even if the change were not."""


def record(event: Event, *, customer: "Customer | None", happened_at: datetime | None = None) -> Row:
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
        bell.ring("shop.events.tasks.deliver_due_events")
    return row
