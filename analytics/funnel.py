"""How far visits go, by day, channel and device; and where they come from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum

from analytics.models import Channel, Device, Reached, Step, Traffic, Visit
from analytics.periods import Period


@dataclass(frozen=True)
class Bar:
    """A step: visits that got there, of all and of those at the step before (None at the first)."""

    step: Step
    count: int
    share: float | None
    kept: float | None


@dataclass(frozen=True)
class Row:
    """A day, channel or device with its counts in the order of the steps."""

    key: Any
    label: str
    counts: tuple[int, ...]

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Each step with its count."""
        return list(zip(Step.values, self.counts, strict=True))

    @property
    def span(self) -> Period:
        """Of a day: the day."""
        return Period(self.key, self.key)

    @property
    def rate(self) -> float | None:
        return self.counts[-1] / self.counts[0] if self.counts[0] else None


def bars(counts: Iterable[int]) -> list[Bar]:
    found, all_of_them, last = [], 0, 0
    for step, count in zip(Step, counts, strict=True):
        all_of_them = all_of_them or count
        found.append(Bar(step, count, count / all_of_them if all_of_them else None, count / last if last else None))
        last = count
    return found


def totals(period: Period, *, is_traced: bool, channel: str = "", device: str = "") -> tuple[int, ...]:
    """Counts at each step."""
    sums = _rows(period, is_traced, channel, device).aggregate(**{step: Sum(step, default=0) for step in Step.values})
    return tuple(sums[step] for step in Step.values)


def by(name: str, period: Period, *, channel: str = "", device: str = "") -> list[Row]:
    """Visits of those who agreed by "day", "channel" or "device"."""
    sums = (
        _rows(period, True, channel, device)
        .order_by(name)
        .values(name)
        .annotate(**{f"n_{step}": Sum(step) for step in Step.values})
    )
    labels: dict[str, Any] = {"channel": dict(Channel.choices), "device": dict(Device.choices)}.get(name, {})
    rows = [
        Row(row[name], str(labels.get(row[name], row[name])), tuple(row[f"n_{step}"] for step in Step.values)) for row in sums
    ]
    return rows if name == "day" else sorted(rows, key=lambda row: -row.counts[0])


def doors(name: str, period: Period, channel: str = "", device: str = "", limit: int = 12) -> list[tuple[str, int, int]]:
    """The most frequent "source", "campaign" or "landing" of visits, each with visits and visits that ended in an order."""
    ordered = Reached.objects.filter(visit=OuterRef("pk"), step=Step.ORDERED)
    found = Visit.objects.filter(day__range=(period.first, period.last), **_where(channel, device)).exclude(**{name: ""})
    counts = found.order_by().values(name).annotate(count=Count("pk")).order_by("-count", name)[:limit]
    names = [row[name] for row in counts]
    bought = found.filter(Exists(ordered), **{f"{name}__in": names}).order_by().values_list(name).annotate(Count("pk"))
    orders = dict(bought)
    return [(row[name], row["count"], orders.get(row[name], 0)) for row in counts]


def _rows(period: Period, is_traced: bool, channel: str, device: str) -> Any:
    return Traffic.objects.filter(is_traced=is_traced, day__range=(period.first, period.last), **_where(channel, device))


def _where(channel: str, device: str) -> dict[str, str]:
    return {name: value for name, value in (("channel", channel), ("device", device)) if value}
