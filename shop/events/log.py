"""The one door to the log."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from shop.events import bell, registry
from shop.events.catalog import Event

if TYPE_CHECKING:
    from shop.customers.models import Customer

# In plain SQL and at once: every change that matters passes here, and building two queries was most of what it took.
_RECORD = """
    WITH event AS (
        INSERT INTO events_event (kind, customer_id, data, happened_at, recorded_at)
        VALUES (%s, %s, %s, %s, %s) RETURNING id
    ), told AS (
        INSERT INTO events_delivery (event_id, handler, state, attempts, due_at, error)
        SELECT event.id, handler, 'waiting', 0, %s, '' FROM event, unnest(%s::text[]) AS handler
    )
    SELECT id FROM event
"""


class NotInATransaction(RuntimeError):
    """`record()` was called outside a transaction: the event would be true even if the change were not."""


def record(event: Event, *, customer: "Customer | int | None", happened_at: datetime | None = None) -> int:
    """Write down what has just become true, in the transaction that makes it true, and who must hear of it.

    `customer` may be an id. The answer is the number of the event.
    """
    if not is_in_a_transaction():
        raise NotInATransaction(event.kind)
    customer_id = customer if customer is None or isinstance(customer, int) else customer.pk
    now, names = timezone.now(), list(registry.handlers_of(event.kind))
    with connection.cursor() as cursor:
        data = json.dumps(asdict(event))
        cursor.execute(_RECORD, [event.kind, customer_id, data, happened_at or now, now, now, names])
        ((number,),) = cursor.fetchall()
    if names:
        bell.ring("shop.events.tasks.deliver_due_events")
    return int(number)


def is_in_a_transaction() -> bool:
    """Whether what is written now can still be undone. Tests' own block around each test does not count."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
