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
from analytics.narrowing import EVERYTHING, Narrow
from analytics.periods import Period

ZERO = Decimal(0)


@dataclass(frozen=True)
class Slice:
    """The part of the shop that is looked at; empty fields are everything."""

    channel: str = ""
    country: str = ""
    currency: str = field(default_factory=lambda: str(settings.OSCAR_DEFAULT_CURRENCY))
    is_first: bool | None = None
    narrow: Narrow = EVERYTHING  # only lists know it

    @property
    def is_of_orders(self) -> bool:
        """Whether it tells orders apart, and not only customers: then figures of customers have no meaning in it."""
        return bool(self.country) or self.is_first is not None or self.currency != settings.OSCAR_DEFAULT_CURRENCY

    @property
    def is_everything(self) -> bool:
        return not self.channel and not self.is_of_orders


@dataclass(frozen=True)
class Sums:
    """One period. Money is in the slice's currency; counts are of orders that count (`analytics.sales`).

    What the log tells (points, members, answers) and `given_back` belong to no part of the shop: there they are nought.
    """

    period: Period
    orders: int = 0
    paid: Decimal = ZERO
    refunded: Decimal = ZERO  # of these orders, whenever
    given_back: Decimal = ZERO  # in the period, of whichever orders
    their_orders: int = 0  # of the people who came through the channel, through whichever they ordered
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
    points_earned: int = 0
    points_spent: int = 0
    members: int = 0  # of the programme, at the end
    active: int = 0  # members who earned or spent points in the period
    nps_promoters: int = 0  # people by their last answer of the period
    nps_passives: int = 0
    nps_detractors: int = 0
    second: survival.Curve | None = None
    traced: int = 0  # visits of people who agreed to be counted
    traced_ordered: int = 0
    arrivals: int = 0  # of everybody else; of a channel nothing is known of them
    arrivals_ordered: int = 0

    @property
    def net(self) -> Decimal:
        return self.paid - self.refunded

    @property
    def visits(self) -> int:
        return self.traced + self.arrivals

    @property
    def visits_ordered(self) -> int:
        return self.traced_ordered + self.arrivals_ordered


def over(periods: Sequence[Period], part: Slice | None = None, *, seconds: int = 0) -> list[Sums]:
    """The sums of each period. The last so many of them also know how soon second orders come, which costs more."""
    part = part or Slice()
    turnover = _turnover(part)
    moved = _moved(part)
    told = _told(periods) if part.is_everything else [{} for _period in periods]
    joined = _Running(_by_day(Tally.objects.filter(name="members"), people=Sum("number")) if part.is_everything else [])
    spend = _Running(_by_day(Spend.objects.filter(_where(channel=part.channel)), amount=Sum("amount")))
    traced, others = _traffic(part, is_traced=True), _traffic(part, is_traced=False)
    back = _Running(_by_day(Day.objects.all(), amount=Sum("given_back")) if part.is_everything else [])
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
                their_orders=moved.within(period, "orders"),
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
                members=joined.until(period.last, "people"),
                **told[place - 1],
                traced=traced.within(period, "came"),
                traced_ordered=traced.within(period, "ordered"),
                arrivals=0 if part.channel else others.within(period, "came"),
                arrivals_ordered=0 if part.channel else others.within(period, "ordered"),
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


def _traffic(part: Slice, *, is_traced: bool) -> _Running:
    """Visits of those who agreed, or of the others: of these nobody knows at their order how they came."""
    rows = Traffic.objects.filter(_where(channel=part.channel), is_traced=is_traced)
    return _Running(_by_day(rows, came=Sum("came"), ordered=Sum("ordered")))


def _told(periods: Sequence[Period]) -> list[dict[str, Any]]:
    """What the log tells of each period, by name: people count once in each."""
    found: list[dict[str, Any]] = [{} for _period in periods]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, name, sum(number) FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS asked (first, last, place)"
            " JOIN insights_tally ON day BETWEEN first AND last AND (since IS NULL OR since >= first)"
            " WHERE name <> 'members' GROUP BY place, name",
            [[period.first for period in periods], [period.last for period in periods]],
        )
        for place, name, number in cursor.fetchall():
            found[place - 1][name] = int(number)
    return found


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
