"""The event log of the history: written at once, with no deliveries, since nobody is to be told of things long past."""

from dataclasses import asdict
from datetime import datetime

from shop.customers.models import Customer
from shop.demo import bulk
from shop.events.catalog import Event
from shop.events.models import Event as Row


class Diary:
    """Collects events; `write()` puts them into the log in the order in which they happened."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def note(self, event: Event, customer: Customer | None, moment: datetime) -> None:
        self.rows.append(Row(kind=event.kind, customer=customer, data=asdict(event), happened_at=moment, recorded_at=moment))

    def write(self) -> int:
        self.rows.sort(key=lambda row: row.happened_at)
        bulk.write(Row, self.rows)
        return len(self.rows)
