"""Writes what pages noted: visits of those who agreed with their steps, and counts of everybody else."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics import agreeing, traces
from analytics.models import Channel, Device, Step, Visit, Visitor
from shop.customers.models import Customer

Trace = dict[str, Any]

_STEPS = """
INSERT INTO insights_reached (visit_id, step, happened_at)
SELECT visit.id, step, min(happened_at) FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS trace (key, step, happened_at)
JOIN insights_visit visit ON visit.key = trace.key
GROUP BY visit.id, step
ON CONFLICT DO NOTHING
"""
_PEOPLE = """
UPDATE insights_visit visit SET customer_id = trace.customer
FROM unnest(%s::uuid[], %s::bigint[]) AS trace (key, customer)
WHERE visit.key = trace.key AND visit.customer_id IS NULL
"""
# Who ordered had a basket, however it was filled: a visit counts at every step up to its furthest.
_RECOUNT = f"""
INSERT INTO insights_traffic (day, is_traced, channel, device, {", ".join(Step.values)})
SELECT day, true, channel, device, {", ".join(f"count(*) FILTER (WHERE far >= {place})" for place in range(1, 6))}
FROM (
  SELECT visit.day, visit.channel, visit.device,
         COALESCE(max(array_position(%(order)s, reached.step::text)), 1) AS far
  FROM insights_visit visit LEFT JOIN insights_reached reached ON reached.visit_id = visit.id
  WHERE visit.day = ANY(%(days)s) GROUP BY visit.id
) AS gone GROUP BY day, channel, device
"""  # noqa: S608  only names of columns


def keep_all() -> int:
    """Write everything that waits; returns how many traces that were. What cannot be written waits on."""
    count = 0
    for batch in traces.take():
        try:
            _keep(batch)
        except Exception:
            traces.give_back(batch)
            raise
        count += len(batch)
    return count


def recount(days: Collection[date]) -> None:
    """Count the visits of these days anew, inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insights_traffic WHERE is_traced AND day = ANY(%s)", [list(days)])
        cursor.execute(_RECOUNT, {"order": Step.values, "days": list(days)})


@transaction.atomic
def _keep(batch: Sequence[Trace]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insights_visits'))")
    batch = [trace for trace in batch if _is_sound(trace)]
    people = _people(batch)
    traced = [trace for trace in batch if _visitor(trace) in people]
    _write(traced, people)
    _count([trace for trace in batch if _visitor(trace) not in people])
    keys = {trace["k"] for trace in traced}
    recount(set(Visit.objects.filter(key__in=keys).values_list("day", flat=True)))


def _people(batch: Sequence[Trace]) -> dict[uuid.UUID | None, dict[str, int]]:
    """Browsers whose owner agrees to this moment, each with the customer that each visit is known to be of."""
    agreed = Visitor.objects.select_for_update(no_key=True).order_by("pk")
    visitors = {visitor.pk: visitor for visitor in agreed.filter(pk__in={_visitor(trace) for trace in batch} - {None})}
    known = [trace for trace in batch if trace.get("u") and _visitor(trace) in visitors]
    customers = dict(Customer.objects.filter(user__in={trace["u"] for trace in known}).values_list("user_id", "pk"))
    asked = {customers[trace["u"]]: visitors[uuid.UUID(trace["v"])] for trace in known if trace["u"] in customers}
    may = agreeing.may_be_traced(asked) if asked else set()
    people: dict[uuid.UUID | None, dict[str, int]] = {pk: {} for pk in visitors}
    for trace in known:
        customer, visitor = customers.get(trace["u"]), _visitor(trace)
        if customer in may and visitor in people:
            people[visitor][trace["k"]] = customer  # type: ignore[assignment]
        elif customer:
            people.pop(visitor, None)  # said no on another device
    return people


def _write(traced: Sequence[Trace], people: dict[uuid.UUID | None, dict[str, int]]) -> None:
    begun = [trace for trace in traced if trace.get("o")]
    Visit.objects.bulk_create([_visit(trace) for trace in begun], ignore_conflicts=True, batch_size=1000)
    steps = [(trace["k"], step, _moment(trace)) for trace in traced for step in trace["s"]]
    of = {key: customer for visits in people.values() for key, customer in visits.items()}
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [list(column) for column in zip(*steps, strict=True)] if steps else [[], [], []])
        if of:
            cursor.execute(_PEOPLE, [list(of), list(of.values())])


def _visit(trace: Trace) -> Visit:
    said, when = trace["o"], _moment(trace)
    return Visit(
        key=trace["k"],
        visitor_id=_visitor(trace),
        began_at=when,
        day=timezone.localdate(when),
        channel=said["channel"],
        source=said["source"],
        medium=said["medium"],
        campaign=said["campaign"],
        referrer=said["referrer"],
        landing=said["landing"],
        device=trace["d"],
        country=said["country"],
    )


def _count(untraced: Iterable[Trace]) -> None:
    """Add to the counts of the day; of a visit that may not be traced no more is left than that."""
    sums: dict[tuple[date, str, str], Counter[str]] = {}
    for trace in untraced:
        channel = (trace.get("o") or {}).get("channel") or trace.get("c") or Channel.UNKNOWN.value
        sums.setdefault((timezone.localdate(_moment(trace)), channel, trace["d"]), Counter()).update(trace["s"])
    places = ", ".join(f"{step} = insights_traffic.{step} + EXCLUDED.{step}" for step in Step.values)
    with connection.cursor() as cursor:
        for (day, channel, device), steps in sorted(sums.items()):
            cursor.execute(
                f"INSERT INTO insights_traffic (day, is_traced, channel, device, {', '.join(Step.values)})"  # noqa: S608
                f" VALUES (%s, false, %s, %s, %s, %s, %s, %s, %s)"
                f" ON CONFLICT (day, is_traced, channel, device) DO UPDATE SET {places}",
                [day, channel, device, *(steps[step] for step in Step.values)],
            )


def _is_sound(trace: Trace) -> bool:
    """Whether we can have written it: the buffer may be an older release's."""
    channel = (trace.get("o") or {}).get("channel") or trace.get("c") or Channel.UNKNOWN.value
    steps = trace.get("s")
    is_told = isinstance(steps, list) and set(steps) <= set(Step.values) and isinstance(trace.get("t"), int | float)
    return is_told and channel in Channel.values and trace.get("d") in Device.values


def _visitor(trace: Trace) -> uuid.UUID | None:
    return uuid.UUID(trace["v"]) if trace.get("v") else None


def _moment(trace: Trace) -> datetime:
    return datetime.fromtimestamp(trace["t"], UTC)
