"""Spans of whole days in the shop's time zone."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext_lazy as _

LONGEST = 366  # days: what a figure is worked out over
PRESETS = {
    "7": _("Last 7 days"),
    "30": _("Last 30 days"),
    "90": _("Last 90 days"),
    "365": _("Last 365 days"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "year": _("This year"),
}
DEFAULT = "30"


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Self:
        """The span of the same length that ends where this one begins; for a whole month the month before."""
        if self.first.day == 1 and (self.last + timedelta(days=1)).day == 1 and self.days <= 31:
            end = self.first - timedelta(days=1)
            return type(self)(end.replace(day=1), end)
        return type(self)(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def run_up(self, count: int) -> list[Self]:
        """This period and those before it, the oldest first."""
        periods = [self]
        while len(periods) < count:
            periods.insert(0, periods[0].before())
        return periods


def preset(name: str, today: date) -> Period:
    """One of `PRESETS`; today is always part of it. An unknown name is the default."""
    match name:
        case "month":
            return Period(today.replace(day=1), today)
        case "last_month":
            end = today.replace(day=1) - timedelta(days=1)
            return Period(end.replace(day=1), end)
        case "year":
            return Period(today.replace(month=1, day=1), today)
    days = int(name) if name in PRESETS else int(DEFAULT)
    return Period(today - timedelta(days=days - 1), today)
