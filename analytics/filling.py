"""Fills the day tables: each day in one transaction, so that it is there as a whole or still due.

What is due stands in the database: days noted by `due.note`, and days that nobody has filled yet. Any number of workers
may fill at once, a killed one leaves its day as it was, and filling a day again changes nothing.
"""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from analytics import day_tables, due, sales
from analytics.day_tables import Table
from analytics.models import Day, Due, Rebuild, Restatement
from shop.forks.races import racepoint

log = structlog.get_logger(__name__)

LOCK = 0x0D45  # with the day's number, the key of its lock
REBUILD_LOCK = 0x0D46
AT_ONCE = 31  # days filled by one statement in a rebuild
KINDS = [*due.POINTS, due.ANSWERED]


def catch_up(seconds: float = 240) -> int:
    """Fill what is due for at most so long, the newest day first; returns how many days were filled."""
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        filled = [day for day in waiting(limit=100) if time.monotonic() < until and _take(day)]
        if not filled:
            break
        count += len(filled)
    return count


def waiting(limit: int = 10_000) -> list[date]:
    """Days to fill: noted ones, and those between the first sale and today that were never filled."""
    first = sales.first_day()
    if first is None:
        return sorted(set(Due.objects.values_list("day", flat=True)), reverse=True)[:limit]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day FROM (SELECT DISTINCT day FROM insights_due UNION"
            " SELECT span::date FROM generate_series(%s::date, %s::date, interval '1 day') AS span"
            " WHERE NOT EXISTS (SELECT FROM insights_day WHERE insights_day.day = span::date)) AS due"
            " ORDER BY day DESC LIMIT %s",
            [first, timezone.localdate(), limit],
        )
        return [day for (day,) in cursor.fetchall()]


def _take(day: date) -> bool:
    """Fill a day unless another worker is at it or has just done it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, day.toordinal()])
        if not cursor.fetchone()[0]:  # type: ignore[index]
            return False
        # What was noted is gone before the day is read: what changes from here on is noted anew.
        noted, _ = Due.objects.filter(day=day).delete()
        if not noted and Day.objects.filter(day=day).exists():
            return False
        before = Day.objects.filter(day=day).first()
        fill(day, day)
        if before:
            _note_restatement(before)
    return True


def fill(first: date, last: date) -> set[date]:
    """Write all tables of these days anew, inside a transaction. Returns the days on which anything came out differently."""
    return {day for table in day_tables.TABLES for day in _write(table, values(first, last))}


def rebuild() -> Rebuild:
    """Work everything out anew from the orders, keep it, and say what differed. May be killed and started again."""
    with _alone():
        row = Rebuild.objects.create(began_at=timezone.now())
        row.sales_wrong = sales.refresh_all()
        row.days_wrong = len(refill())
        row.ended_at = timezone.now()
        row.save()
    if row.sales_wrong or row.days_wrong:
        log.error("figures_differed_from_orders", sales=row.sales_wrong, days=row.days_wrong)
    return row


def refill() -> set[date]:
    """Every day anew, some weeks in each transaction. Returns those that differed although nothing new was noted for them."""
    differed: set[date] = set()
    for first, last in _spans():
        with transaction.atomic(), connection.cursor() as cursor:
            for number in range(first.toordinal(), last.toordinal() + 1):
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, number])
            noted = set(Due.objects.filter(day__range=(first, last)).values_list("day", flat=True))
            Due.objects.filter(day__range=(first, last)).delete()
            fresh = set(Day.objects.filter(day__range=(first, last)).values_list("day", flat=True))
            differed |= (fill(first, last) - noted) & fresh
    return differed


def _spans() -> Iterator[tuple[date, date]]:
    days = [day for day in (sales.first_day(), Day.objects.order_by("day").values_list("day", flat=True).first()) if day]
    if not days:
        return
    first, today = min(days), timezone.localdate()
    while first <= today:
        last = min(first + timedelta(days=AT_ONCE - 1), today)
        yield first, last
        first = last + timedelta(days=1)


class _alone:
    """One rebuild at a time: another waits for it."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [REBUILD_LOCK])

    def __exit__(self, *_error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [REBUILD_LOCK])


def values(first: date, last: date) -> dict[str, Any]:
    """What the queries of `day_tables` ask for."""
    return {
        "first": first,
        "last": last,
        "zone": settings.TIME_ZONE,
        "currency": settings.OSCAR_DEFAULT_CURRENCY,
        "lasts": settings.CUSTOMER_DAYS,
        "points": due.POINTS,
        "kinds": KINDS,
    }


def _write(table: Table, span: dict[str, Any]) -> set[date]:
    columns = ", ".join(table.columns)
    with connection.cursor() as cursor:
        before = _digests(cursor, table, span)
        cursor.execute(f"DELETE FROM {table.name} WHERE day BETWEEN %(first)s AND %(last)s", span)  # noqa: S608
        cursor.execute(f"INSERT INTO {table.name} ({columns}) {table.query}", span)  # noqa: S608
        after = _digests(cursor, table, span)
    racepoint("figures.table_filled")
    return {day for day in {*before, *after} if before.get(day) != after.get(day)}


def _digests(cursor: Any, table: Table, span: dict[str, Any]) -> dict[date, Decimal]:
    """A number for each day that changes with anything in its rows."""
    cursor.execute(
        f"SELECT day, sum(hashtextextended(ROW({', '.join(table.columns)})::text, 0)::numeric)"  # noqa: S608
        f" FROM {table.name} WHERE day BETWEEN %(first)s AND %(last)s GROUP BY day",
        span,
    )
    return dict(cursor.fetchall())


def _note_restatement(before: Day) -> None:
    """A day that was over when it was filled last, and comes to something else now, is said to."""
    after = Day.objects.get(day=before.day)
    was_over = timezone.localdate(before.filled_at) > before.day
    net_before, net_after = before.paid - before.refunded, after.paid - after.refunded
    if was_over and (before.orders, net_before) != (after.orders, net_after):
        Restatement.objects.create(
            day=before.day,
            orders_before=before.orders,
            orders_after=after.orders,
            net_before=net_before,
            net_after=net_after,
        )
