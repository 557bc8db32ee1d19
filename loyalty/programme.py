"""The programme as the merchant set it up: no query once a process knows it."""

import calendar
from datetime import date, datetime

from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from loyalty.models import Boost, Programme, Rule
from shop.content import kept


def current() -> Programme:
    """The programme, or the defaults of one that is off. Not for changing: everybody sees the same object."""
    return kept.kept("loyalty-programme", lambda: Programme.objects.first() or Programme())


def last_day(available_at: datetime, months: int | None) -> date | None:
    """The last day on which points are good: the end of the month so many months on. None: for ever."""
    if months is None:
        return None
    day = timezone.localdate(available_at)
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def watch() -> None:
    """Have every process look again when the merchant changes something."""
    for model in (Programme, Rule, Boost):
        for name, signal in (("saved", post_save), ("deleted", post_delete)):
            signal.connect(kept.forget, sender=model, dispatch_uid=f"loyalty-{model.__name__}-{name}", weak=False)
