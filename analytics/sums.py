"""What a period adds up to, from the day tables: everything the figures are made of, for several periods at once.

How many people ordered in a period, from sums over days: each of them has one order in it whose order before, if any, lies
before its start. So people = orders − orders whose predecessor is in the period too. In the same way those who ordered
twice = orders with a predecessor in it − orders with two. `Gap` holds both counts for each day and day of the predecessor.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet, Sum

from analytics import survival
from analytics.models import Day, Gap, Movement, Spend, Tally, Traffic, Turnover
from analytics.periods import Period

ZERO = Decimal(0)


@dataclass(frozen=True)
class Slice:
    """The part of the shop that is looked at; empty fields are everything."""

    channel: str = ""
    country: str = ""
    currency: str = field(default_factory=lambda: str(settings.OSCAR_DEFAULT_CURRENCY))
    is_first: bool | None = None
    cohort: date | None = None  # month of the first order; only lists know it

    @property
    def is_of_orders(self) -> bool:
        """Whether it tells orders apart, and not only customers: then figures of customers have no meaning in it."""
        return bool(self.country) or self.is_first is not None or self.currency != settings.OSCAR_DEFAULT_CURRENCY


@dataclass(frozen=True)
class Sums:
    """One period. Money is in the slice's currency; counts are of orders that count (`analytics.sales`)."""

    period: Period
    orders: int = 0
    paid: Decimal = ZERO
    refunded: Decimal = ZERO  # of these orders, whenever
    given_back: Decimal = ZERO  # in the period, of whichever orders
    ordered: int = 0  # people with an order in the period
    ordered_twice: int = 0
    ordered_ever_twice: int = 0  # people with an order in the period and two or more by its end
    new: int = 0
    won_back: int = 0
    lost: int = 0
    at_start: int = 0
    at_end: int = 0
    ever: int = 0  # people who had bought by the end
    net_ever: Decimal = ZERO  # what they had brought by the end
    spend: Decimal = ZERO
    tallies: dict[str, int] = field(default_factory=dict)
    took_part_ever: int = 0
    second: survival.Curve | None = None
    visits: int = 0  # of a channel: only visits of people who agreed to be counted
    visits_ordered: int = 0

    @property
    def net(self) -> Decimal:
        return self.paid - self.refunded

    def tally(self, name: str) -> int:
        return self.tallies.get(name, 0)


def over(periods: Sequence[Period], part: Slice | None = None, *, seconds: int = 0) -> list[Sums]:
    """The sums of each period. The last so many of them also know how soon second orders come, which costs more."""
    part = part or Slice()
    turnover = _turnover(part)
    moved = _moved(part)
    told = _tallies()
    spend = _Running(_by_day(Spend.objects.filter(_where(channel=part.channel)), amount=Sum("amount")))
    went = _traffic(part)
    back = _Running(_by_day(Day.objects.all(), amount=Sum("given_back")))
    found = []
    known = _people(periods, part, moved)
    for place, (period, (ordered, twice, ever_twice)) in enumerate(zip(periods, known, strict=True), start=1):
        found.append(
            Sums(
                period,
                orders=turnover.within(period, "orders"),
                paid=turnover.within(period, "paid"),
                refunded=turnover.within(period, "refunded"),
                given_back=back.within(period, "amount"),
                ordered=ordered,
                ordered_twice=twice,
                ordered_ever_twice=ever_twice,
                new=moved.within(period, "new"),
                won_back=moved.within(period, "won_back"),
                lost=moved.within(period, "lost"),
                at_start=moved.before(period.first, "net_customers"),
                at_end=moved.until(period.last, "net_customers"),
                ever=moved.until(period.last, "new"),
                net_ever=moved.until(period.last, "net"),
                spend=spend.within(period, "amount"),
                tallies={name: running.within(period, "number") for name, running in told.items()},
                took_part_ever=told["took_part"].until(period.last, "number") if "took_part" in told else 0,
                visits=went.within(period, "came"),
                visits_ordered=went.within(period, "ordered"),
                second=survival.to_second_order(period.last, part.channel) if place > len(periods) - seconds else None,
            )
        )
    return found


class _Running:
    """Sums of each day and of all days up to it: any period is two look-ups."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows = sorted(rows, key=lambda row: row["day"])
        self.days: list[date] = [row["day"] for row in self.rows]
        self._sums: dict[str, list[Any]] = {}

    def until(self, day: date, name: str) -> Any:
        """All days up to this one."""
        if name not in self._sums:
            self._sums[name] = list(accumulate((row[name] for row in self.rows), initial=0))
        return self._sums[name][bisect_right(self.days, day)]

    def before(self, day: date, name: str) -> Any:
        return self.until(date.fromordinal(day.toordinal() - 1), name)

    def within(self, period: Period, name: str) -> Any:
        return self.until(period.last, name) - self.before(period.first, name)


def _by_day(rows: "QuerySet[Any]", **sums: Any) -> Iterable[dict[str, Any]]:
    return list(rows.order_by().values("day").annotate(**sums))


def _where(**wanted: Any) -> Q:
    """A condition for each thing that is asked for."""
    return Q(**{name: value for name, value in wanted.items() if value not in ("", None)})


def _turnover(part: Slice) -> _Running:
    wanted = _where(channel=part.channel, country=part.country, currency=part.currency, is_first=part.is_first)
    rows = Turnover.objects.filter(wanted)
    return _Running(_by_day(rows, orders=Sum("orders"), paid=Sum("paid"), refunded=Sum("refunded")))


def _moved(part: Slice) -> _Running:
    rows = Movement.objects.filter(_where(channel=part.channel))
    names = ("new", "won_back", "lost", "net")
    customers = Sum(F("new") + F("won_back") - F("lost"))
    return _Running(_by_day(rows, net_customers=customers, orders=Sum("orders"), **{name: Sum(name) for name in names}))


def _traffic(part: Slice) -> _Running:
    """All visits; of a channel those of people who agreed, since of others nobody knows at their order how they came."""
    rows = Traffic.objects.filter(is_traced=True, channel=part.channel) if part.channel else Traffic.objects.all()
    return _Running(_by_day(rows, came=Sum("came"), ordered=Sum("ordered")))


def _tallies() -> dict[str, _Running]:
    rows = list(Tally.objects.values("day", "name", "number"))
    return {name: _Running(row for row in rows if row["name"] == name) for name in {row["name"] for row in rows}}


def _people(periods: Sequence[Period], part: Slice, moved: _Running) -> Iterable[tuple[int, int, int]]:
    """For each period: who ordered, who ordered twice, and who ordered and had two orders or more by its end."""
    if part.is_of_orders:
        return [(0, 0, 0)] * len(periods)
    found = []
    for period in periods:
        once, twice, second = _gaps_within(period, part.channel)
        ordered = moved.within(period, "orders") - once
        # Only those who came and ordered nothing more by the end have a single order.
        found.append((ordered, once - twice, ordered - (moved.within(period, "new") - second)))
    return found


def _gaps_within(period: Period, channel: str) -> tuple[int, int, int]:
    """Orders of the period whose predecessor, whose second predecessor, and whose first order, was in it too."""
    inside = Gap.objects.filter(channel=channel, day__range=(period.first, period.last), since__gte=period.first)
    sums = inside.aggregate(
        once=Sum("sales", filter=Q(back=1), default=0),
        twice=Sum("sales", filter=Q(back=2), default=0),
        second=Sum("sales", filter=Q(back=1, is_second=True), default=0),
    )
    return sums["once"], sums["twice"], sums["second"]


def is_ready() -> bool:
    """Whether anything was ever filled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM insights_day WHERE orders > 0)")
        return bool(cursor.fetchone()[0])  # type: ignore[index]
