"""Cohorts: the customers of each month of first order, and what they did in the months after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from analytics import showing
from analytics.metrics import Unit
from analytics.models import Cohort
from analytics.periods import Period
from analytics.sums import Slice

MONTHS = 24  # cohorts and columns shown
TINTS = 8


@dataclass(frozen=True)
class Measure:
    """What the cells hold: worked out from the month's cell, all cells up to it, and the cohort's size."""

    label: Any
    unit: Unit
    rows: str  # the list that a cell opens into; "ordered" or all of the cohort's orders
    is_until: bool  # whether these are all up to then
    of: Callable[["Done", "Done", int], Any]


@dataclass
class Done:
    """What a cohort did in a month, or up to it."""

    customers: int = 0
    orders: int = 0
    net: Decimal = Decimal(0)

    def with_more(self, more: "Done") -> "Done":
        return Done(self.customers + more.customers, self.orders + more.orders, self.net + more.net)


MEASURES = {
    "share": Measure(
        _("Customers who ordered, in per cent"), Unit.SHARE, "ordered", False, lambda month, until, size: month.customers / size
    ),
    "customers": Measure(_("Customers who ordered"), Unit.COUNT, "ordered", False, lambda month, until, size: month.customers),
    "orders": Measure(_("Orders"), Unit.COUNT, "cohort_orders", False, lambda month, until, size: month.orders),
    "net": Measure(_("Net revenue"), Unit.MONEY, "cohort_orders", False, lambda month, until, size: month.net),
    "total": Measure(_("Net revenue up to then"), Unit.MONEY, "cohort_orders", True, lambda month, until, size: until.net),
    "each": Measure(
        _("Net revenue up to then, per customer"),
        Unit.MONEY,
        "cohort_orders",
        True,
        lambda month, until, size: until.net / size,
    ),
}


@dataclass(frozen=True)
class Cell:
    """`tint` from 0 to `TINTS`. `is_open`: the month is not over, the number will grow."""

    opens: Period  # the days of what it opens into
    shown: str
    value: Any
    tint: int
    is_open: bool


@dataclass(frozen=True)
class Row:
    month: date
    opens: Period
    size: int
    is_open: bool
    cells: list[Cell]


def table(measure: Measure, part: Slice, today: date, months: int = MONTHS) -> list[Row]:
    """A row for each of the last months that won anybody, the newest first; a cell for each month since."""
    done = _done(part, _plus_months(today.replace(day=1), -months + 1))
    cohorts = sorted({month for month, _at in done})
    worked_out = {month: _values(month, done, measure, today) for month in cohorts}
    # The first month is everybody: it would leave the others without colour.
    highest = max((value for values in worked_out.values() for _at, value in values[1:]), default=0)
    if measure.unit is Unit.MONEY:
        highest = max((value for values in worked_out.values() for _at, value in values), default=0)
    return [_row(month, done, worked_out[month], highest, measure, part, today) for month in reversed(cohorts)]


def _done(part: Slice, since: date) -> dict[tuple[date, date], Done]:
    """People whatever they paid in; orders and money in the currency that is looked at."""
    rows = Cohort.objects.filter(month__gte=since)
    if part.channel:
        rows = rows.filter(channel=part.channel)
    own = Q(currency=part.currency)
    sums = {
        "people": Sum("customers"),
        "placed": Sum("orders", filter=own, default=0),
        "came_to": Sum("net", filter=own, default=Decimal(0)),
    }
    by_month = rows.order_by().values_list("month", TruncMonth("day")).annotate(**sums)
    return {(month, at): Done(*found) for month, at, *found in by_month}


def _values(month: date, done: dict[tuple[date, date], Done], measure: Measure, today: date) -> list[tuple[date, Any]]:
    size = done.get((month, month), Done()).customers
    values, until, at = [], Done(), month
    while at <= today:
        here = done.get((month, at), Done())
        until = until.with_more(here)
        values.append((at, measure.of(here, until, size) if size else 0))
        at = _plus_months(at, 1)
    return values


def _row(
    month: date,
    done: dict[tuple[date, date], Done],
    values: list[tuple[date, Any]],
    highest: Any,
    measure: Measure,
    part: Slice,
    today: date,
) -> Row:
    cells = [
        Cell(
            Period(month if measure.is_until else at, _end_of(at)),
            _narrow(value, measure.unit),
            value,
            min(TINTS, round(TINTS * float(value) / float(highest))) if highest and value > 0 else 0,
            _end_of(at) >= today,
        )
        for at, value in values
    ]
    size = done.get((month, month), Done()).customers
    return Row(month, Period(month, _end_of(month)), size, _end_of(month) >= today, cells)


def _narrow(value: Any, unit: Unit) -> str:
    """Without cents and without a currency, which the page says once."""
    return showing.whole_share(value) if unit is Unit.SHARE else showing.count(round(value))


def _plus_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, 1)


def _end_of(month: date) -> date:
    return _plus_months(month, 1) - timedelta(days=1)
