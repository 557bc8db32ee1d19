"""Figures ready to be shown: each with the period before, its way there, its definition and the lists behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from analytics import charts, metrics, showing, sums
from analytics.lists import LISTS
from analytics.metrics import Metric, Part, Unit, Value
from analytics.models import Channel
from analytics.periods import Period
from analytics.sums import Slice, Sums
from shop.orders.showing import country_name

POINTS = 12  # periods in a trend
SUMS = {"orders", "net_revenue", "given_back", "new", "points_earned", "points_spent"}  # drawn as bars, from nought
NEW_AND_LATER = {True: _("First orders"), False: _("Later orders")}


@dataclass(frozen=True)
class Opens:
    """A list behind a figure, with what the figure is made of."""

    key: str
    label: Any
    shown: str


@dataclass(frozen=True)
class Figure:
    """One figure of a period beside the period before."""

    metric: Metric
    now: Value
    before: Value
    shown: str
    change: showing.Change | None
    spark: SafeString
    lists: list["Opens"]

    @property
    def shown_before(self) -> str:
        return showing.value(self.before, self.metric.unit)


def of(period: Period, part: Slice) -> tuple[dict[str, Figure], list[Sums]]:
    """Every figure that means something in this slice, and the sums of the period and of those before it."""
    run_up = sums.over(period.run_up(POINTS), part, seconds=2)
    before, now = run_up[-2:]
    shown = {}
    for metric in metrics.METRICS:
        if fits(metric, part):
            spark = "" if metric.is_slow else charts.spark([_number(metric.of(each)) for each in _known(run_up)])
            values = metric.of(now), metric.of(before)
            shown[metric.key] = _figure(metric, *values, part, SafeString(spark), opens(metric, now, part))
    return shown, run_up


def fits(metric: Metric, part: Slice) -> bool:
    """Whether a figure can be told for a part of the shop."""
    wanted = [(part.channel, Part.CHANNEL), (part.country, Part.COUNTRY), (part.is_first is not None, Part.NEW)]
    wanted.append((part.currency != Slice().currency, Part.CURRENCY))
    return all(slice_ in metric.slices for is_asked, slice_ in wanted if is_asked)


@dataclass(frozen=True)
class Trend:
    """The way of one figure over some periods, as a chart and as rows."""

    chart: SafeString
    rows: list[tuple[Period, str, showing.Change | None]]
    now: Sums


def trend(metric: Metric, period: Period, part: Slice) -> Trend:
    """The period and the eleven before it."""
    return drawn(metric, sums.over(period.run_up(POINTS), part, seconds=POINTS if metric.is_slow else 0), part)


def drawn(metric: Metric, found: Sequence[Sums], part: Slice) -> Trend:
    """The way of a figure through sums that are there already."""
    values = [(each.period, metric.of(each)) for each in found]
    points = [
        charts.Point(date_format(span.last, "j M"), _number(value), f"{showing.span(span)}: {shown(metric, value, part)}")
        for span, value in _started(values)
    ]
    rows = [
        (span, shown(metric, value, part), showing.change(metric, value, values[place - 1][1]) if place else None)
        for place, (span, value) in enumerate(values)
    ]
    draw = charts.bars if metric.key in SUMS else charts.line
    return Trend(draw(points, lambda number: showing.tick(number, metric.unit, part.currency)), rows[::-1], found[-1])


@dataclass(frozen=True)
class Split:
    """One figure by the values of one dimension: the query strings of both periods, name, now, before, change."""

    name: Part
    rows: list[tuple[str, str, str, str, str, showing.Change | None]]


def splits(metric: Metric, period: Period, countries: Sequence[str], currencies: Sequence[str]) -> list[Split]:
    """The figure by channel, kind of order, country and, where there are several, currency, as far as it can be split."""
    wanted: dict[Part, list[tuple[dict[str, str], str, Slice]]] = {
        Part.CHANNEL: [({"channel": key}, str(label), Slice(channel=key)) for key, label in Channel.choices],
        Part.NEW: [
            ({"buyers": "new"}, str(NEW_AND_LATER[True]), Slice(is_first=True)),
            ({"buyers": "returning"}, str(NEW_AND_LATER[False]), Slice(is_first=False)),
        ],
        Part.COUNTRY: [({"country": code}, country_name(code), Slice(country=code)) for code in countries[:12]],
        Part.CURRENCY: [({"currency": code}, code, Slice(currency=code)) for code in currencies if len(currencies) > 1],
    }
    return [Split(part, _split(metric, period, slices)) for part, slices in wanted.items() if part in metric.slices and slices]


def shown(metric: Metric, value: Value, part: Slice) -> str:
    """Money that cannot be told by currency is in the shop's."""
    return showing.value(value, metric.unit, part.currency if Part.CURRENCY in metric.slices else "")


def _split(metric: Metric, period: Period, slices: list[tuple[dict[str, str], str, Slice]]) -> list[Any]:
    rows = []
    for query, name, part in slices:
        before, now = (
            metric.of(each) for each in sums.over([period.before(), period], part, seconds=2 if metric.is_slow else 0)
        )
        if now or before:
            change = showing.change(metric, now, before)
            asked = _query(period, query), _query(period.before(), query)
            rows.append((*asked, name, shown(metric, now, part), shown(metric, before, part), change))
    return rows


def _query(period: Period, part: dict[str, str]) -> str:
    return "?" + urlencode({"period": "own", "first": period.first, "last": period.last, **part})


def opens(metric: Metric, now: Sums, part: Slice) -> list[Opens]:
    """The lists behind a figure."""
    return [Opens(key, LISTS[key].label, _told(*LISTS[key].shown(now), part)) for key in metric.rows]


def _told(value: Value, unit: Unit, part: Slice) -> str:
    return "" if value is None else showing.value(value, unit, part.currency)


def _figure(metric: Metric, now: Value, before: Value, part: Slice, spark: SafeString, lists: list[Opens]) -> Figure:
    return Figure(metric, now, before, shown(metric, now, part), showing.change(metric, now, before), spark, lists)


def _known(found: Sequence[Sums]) -> list[Sums]:
    """Without the periods before the shop had anybody."""
    started = next((place for place, each in enumerate(found) if each.orders or each.at_start), len(found))
    return list(found[started:])


def _started(values: list[tuple[Period, Value]]) -> list[tuple[Period, Value]]:
    started = next((place for place, (_period, value) in enumerate(values) if value), 0)
    return values[started:]


def _number(value: Value) -> float | None:
    return None if value is None else float(value)
