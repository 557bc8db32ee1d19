"""What the shop owes in points: how many are out, what they are worth, when they end, and how many never come back.

Every number is added up from the books when it is asked for: accounts are the sums of their lots, lots of their postings.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from loyalty import programme
from loyalty.models.reading import rows

_BY_TIER = """
    SELECT account.tier_id, sum(account.pending), sum(account.available), sum(account.held), count(*)
    FROM loyalty_account account LEFT JOIN loyalty_tier tier ON tier.id = account.tier_id
    WHERE account.pending + account.available + account.held > 0
    GROUP BY account.tier_id, tier.threshold ORDER BY tier.threshold NULLS FIRST
"""
_BY_END = """
    SELECT date_trunc('month', expires_on)::date AS month, sum(available)
    FROM loyalty_lot WHERE available > 0 GROUP BY month ORDER BY month NULLS LAST
"""
# A lot is judged once its last day is over: those that are used up earlier would count before those that are not.
_ENDED = """
    SELECT coalesce(sum(expired), 0), coalesce(sum(spent), 0) FROM loyalty_lot WHERE expires_on < %s
"""
_BY_MONTH = """
    SELECT month, issued, spent, expired, taken_back,
        sum(issued - spent - expired - taken_back) OVER (ORDER BY month) AS outstanding
    FROM (
        SELECT date_trunc('month', entry.happened_at AT TIME ZONE %s)::date AS month,
            coalesce(sum(posting.points) FILTER (WHERE source = 'issued'), 0) AS issued,
            coalesce(sum(posting.points) FILTER (WHERE target = 'spent'), 0)
                - coalesce(sum(posting.points) FILTER (WHERE source = 'spent'), 0) AS spent,
            coalesce(sum(posting.points) FILTER (WHERE target = 'expired'), 0) AS expired,
            coalesce(sum(posting.points) FILTER (WHERE target = 'reversed'), 0) AS taken_back
        FROM loyalty_posting posting JOIN loyalty_entry entry ON entry.id = posting.entry_id
        WHERE posting.lot_id IS NOT NULL GROUP BY month
    ) AS moved ORDER BY month DESC
"""


@dataclass(frozen=True)
class Outstanding:
    """Points that are out, of one tier or of all."""

    name: str
    pending: int
    available: int
    held: int
    customers: int

    @property
    def points(self) -> int:
        return self.pending + self.available + self.held

    @property
    def worth(self) -> Decimal:
        return programme.worth(self.points)


@dataclass(frozen=True)
class Ending:
    """Points that end in a month; None for those that never do."""

    month: date | None
    points: int

    @property
    def worth(self) -> Decimal:
        return programme.worth(self.points)


@dataclass(frozen=True)
class Month:
    """What happened in a month. `spent` is less what came back, `outstanding` what was out at its end."""

    month: date
    issued: int
    spent: int
    expired: int
    taken_back: int
    outstanding: int


@dataclass(frozen=True)
class Breakage:
    """Of points whose last day is over, how many had expired and how many were spent."""

    expired: int
    spent: int

    @property
    def percent(self) -> Decimal | None:
        """None while nothing has ended yet."""
        all_of_them = self.expired + self.spent
        return Decimal(100 * self.expired) / all_of_them if all_of_them else None

    def expected(self, points: int) -> Decimal:
        """What so many points will cost if as many expire as did."""
        return programme.worth(points) * (100 - (self.percent or Decimal(0))) / 100


def by_tier() -> list[Outstanding]:
    """Those without a tier first, named by an empty text."""
    names = {tier.pk: tier.name for tier in programme.tiers()}
    return [Outstanding(names.get(tier, ""), *(int(number) for number in sums)) for tier, *sums in rows(_BY_TIER, [])]


def in_all(tiers: list[Outstanding]) -> Outstanding:
    """The sum of all tiers."""
    sums = (sum(getattr(tier, name) for tier in tiers) for name in ("pending", "available", "held", "customers"))
    return Outstanding("", *sums)


def by_end() -> list[Ending]:
    """What can be spent now, by the month it ends in."""
    return [Ending(month, int(points)) for month, points in rows(_BY_END, [])]


def breakage(now: datetime | None = None) -> Breakage:
    """How much of what ended was never spent."""
    ((expired, spent),) = rows(_ENDED, [timezone.localdate(now)])
    return Breakage(int(expired), int(spent))


def by_month() -> list[Month]:
    """Since the first point, the newest month first."""
    return [Month(month, *(int(number) for number in sums)) for month, *sums in rows(_BY_MONTH, [settings.TIME_ZONE])]
