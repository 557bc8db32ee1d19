"""Who gets a newsletter: the segments without the others, of those who subscribed, and a part of them held out.

The audience is counted from the segments as they are, and frozen into `Recipient` rows when sending begins: one statement,
whatever the size, after which nobody comes or goes.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns import arms, schedule, segments
from campaigns.arms import PARTS
from campaigns.models import Newsletter, Recipient
from shop.customers.models import Customer


@dataclass(frozen=True)
class Count:
    """How many people, step by step."""

    in_segments: int
    excluded: int
    not_subscribed: int
    held_out: int

    @property
    def get_it(self) -> int:
        return self.in_segments - self.excluded - self.not_subscribed - self.held_out


def customers(newsletter: Newsletter, now: datetime | None = None) -> QuerySet[Customer]:
    """Everybody it would reach, those held out among them. Raises `segments.CannotRead`."""
    return subscribed(wanted(newsletter, now), newsletter)


def wanted(newsletter: Newsletter, now: datetime | None = None) -> QuerySet[Customer]:
    """Whoever is in one of its segments and in none of the others, subscribed or not."""
    chosen = _any_of(newsletter.segments.all(), now)
    out = _any_of(newsletter.without.all(), now)
    found = Customer.objects.known().filter(chosen)
    return found.exclude(out) if newsletter.without.exists() else found


def subscribed(people: QuerySet[Customer], newsletter: Newsletter) -> QuerySet[Customer]:
    return people.filter(pk__in=Customer.objects.agreeing_to(newsletter.topic).values("pk"))


def count(newsletter: Newsletter, now: datetime | None = None) -> Count:
    """The sizes, in three queries. The share of those held out is of people, so it differs a little from the per cent."""
    chosen = Customer.objects.known().filter(_any_of(newsletter.segments.all(), now)).count()
    after = wanted(newsletter, now)
    reached = customers(newsletter, now)
    size, all_reached = after.count(), reached.count()
    held = _held_out(reached, newsletter)
    return Count(chosen, chosen - size, size - all_reached, held)


def freeze(newsletter: Newsletter, now: datetime) -> int:
    """Write the recipients, in the caller's transaction; return how many. A second time writes nobody twice."""
    sql, values = _sql(customers(newsletter, now))
    due, due_values = _due(newsletter, now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO campaigns_recipient (newsletter_id, customer_id, arm, outcome, reason, due_at, frozen_at)
            SELECT %s, c.id, a.arm, CASE a.arm WHEN 'held_out' THEN 'held_out' ELSE 'waiting' END, '', {due}, %s
            FROM customers_customer c
            CROSS JOIN LATERAL (SELECT CASE WHEN {_SHARE} < %s THEN 'held_out' ELSE 'mail' END AS arm) a
            WHERE c.id IN ({sql})
            ON CONFLICT DO NOTHING
            """,  # noqa: S608  what is put in is SQL of Django and of this module; every value is a parameter
            [newsletter.pk, *due_values, now, _salt(newsletter), _parts(newsletter), *values],
        )
        return int(cursor.rowcount)


def arm_of(newsletter: Newsletter, customer: Customer) -> str:
    """In which arm somebody is: a hash of the newsletter and the person, the same for ever and on every machine."""
    is_out = arms.is_held_out(_salt(newsletter), customer.uid, newsletter.held_out_percent)
    return Recipient.Arm.HELD_OUT if is_out else Recipient.Arm.MAIL


_SHARE = f"(('x' || substr(md5(%s || c.uid::text), 1, 8))::bit(32)::bigint %% {PARTS})"


def _sql(people: QuerySet[Customer]) -> tuple[str, tuple[Any, ...]]:
    """Their ids, as SQL; also of those who cannot be any: a newsletter to no segment, as when its only one was deleted."""
    try:
        return people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE FALSE", ()


def _held_out(reached: QuerySet[Customer], newsletter: Newsletter) -> int:
    sql, values = _sql(reached)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM customers_customer c WHERE {_SHARE} < %s AND c.id IN ({sql})",  # noqa: S608  as above
            [_salt(newsletter), _parts(newsletter), *values],
        )
        return int(cursor.fetchone()[0])


def _due(newsletter: Newsletter, now: datetime) -> tuple[str, list[Any]]:
    """When each may be written to, as SQL: at once, or when the clocks where they live show the time."""
    if not (newsletter.in_own_time and newsletter.send_on and newsletter.send_at):
        return "%s::timestamptz", [now]
    cases, values = [], []
    for zone, country in customers(newsletter, now).order_by().values_list("time_zone", "country").distinct():
        moment = max(schedule.moment_of(newsletter.send_on, newsletter.send_at, schedule.zone_of(zone, country)), now)
        cases.append("WHEN c.time_zone = %s AND c.country = %s THEN %s::timestamptz")
        values += [zone, country, moment]
    if not cases:
        return "%s::timestamptz", [now]
    return f"CASE {' '.join(cases)} ELSE %s::timestamptz END", [*values, now]


def _any_of(chosen: object, now: datetime | None) -> Q:
    moment = now or timezone.now()
    whole = Q(pk__in=[])
    for segment in chosen:  # type: ignore[attr-defined]
        whole |= Q(pk__in=segments.customers(segment.rules, moment).values("pk"))
    return whole


def _salt(newsletter: Newsletter) -> str:
    return f"newsletter:{newsletter.pk}:"


def _parts(newsletter: Newsletter) -> int:
    return int(newsletter.held_out_percent * Decimal(PARTS) / 100)
