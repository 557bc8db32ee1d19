"""The rows behind the figures: for each a list with the very condition that the figure counts by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.lists import buyers, goods, log, sales, visits
from analytics.lists.kinds import KINDS, Kind
from analytics.metrics import Unit, Value
from analytics.periods import Period
from analytics.sales import LASTS
from analytics.sums import Slice, Sums

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Triple = tuple[str, str, str]  # fact, question, value: a condition of a segment


@dataclass(frozen=True)
class List:
    """`tells` names fields of `Sums` by the totals of the rows that they are.

    `segment` says the same in facts, where facts can. They know no past: most say it rightly of a period that ends today,
    `is_lasting` ones of any. Every other list is a segment by its own name (`analytics.groups`).
    """

    key: str
    label: "StrOrPromise"
    of: str
    rows: Callable[[Period, Slice], "QuerySet[Any]"]
    tells: Mapping[str, str] = field(default_factory=dict)
    number: Callable[[Sums], Value] | None = None
    segment: Callable[[Period], list[Triple]] | None = None
    is_lasting: bool = False

    @property
    def kind(self) -> Kind:
        return KINDS[self.of]

    def shown(self, sums: Sums) -> tuple[Value, Unit]:
        """What the sums of a period say of its rows, None where they do not."""
        units = {total.key: total.unit for total in self.kind.totals}
        if self.number:
            return self.number(sums), self.kind.totals[-1 if self.of == "orders" else 0].unit
        told, total = next(iter(self.tells.items()), ("", ""))
        return (getattr(sums, told), units[total]) if told else (None, Unit.COUNT)

    def conditions(self, period: Period, part: Slice, today: date) -> list[Triple]:
        """The same customers as conditions of a segment; none where facts cannot say it."""
        if not self.segment or part != Slice():
            return []
        return self.segment(period) if self.is_lasting or period.last >= today else []

    def in_order(self, period: Period, part: Slice) -> "QuerySet[Any]":
        """The rows as a page shows them, with all that it shows."""
        return self.rows(period, part).select_related(*self.kind.along).order_by(*self.kind.order)


def _span(fact: str, period: Period) -> list[Triple]:
    return [(fact, "since", str(period.first)), (fact, "before", str(period.last + sales.DAY))]


def _last_order(first: date, before: date) -> list[Triple]:
    return [("analytics_last_order_on", "since", str(first)), ("analytics_last_order_on", "before", str(before))]


LISTS = {
    each.key: each
    for each in (
        List("orders", _("Orders"), "orders", sales.orders, {"orders": "count"}),
        List("paid", _("Paid orders, also those that count no more"), "orders", sales.paid,
             {"paid": "paid", "refunded": "refunded"}, number=lambda sums: sums.net),
        List("refunded", _("Orders with money given back since"), "orders", sales.refunded),
        List("their_orders", _("Orders of these customers"), "orders", sales.of_people, {"their_orders": "count"}),
        List("cohort_orders", _("Orders of the cohort"), "orders", sales.of_cohort),
        List("brought", _("All orders up to the end"), "orders", sales.brought, {"net_ever": "net"}),
        List("given_back", _("Refunds"), "refunds", sales.refunds, {"given_back": "amount"}),
        List("spend", _("Spend"), "spend", sales.spend, {"spend": "amount"}),
        List("ordered", _("Customers who ordered"), "customers", sales.ordered, {"ordered": "count"},
             segment=lambda period: _span("analytics_last_order_on", period)),
        List("ordered_twice", _("Customers who ordered at least twice"), "customers", sales.ordered_twice,
             {"ordered_twice": "count"}),
        List("returning", _("Customers who had bought before or again"), "customers", sales.returning,
             {"ordered_ever_twice": "count"}),
        List("new", _("New customers"), "customers", sales.new, {"new": "count"},
             segment=lambda period: _span("analytics_first_order_on", period), is_lasting=True),
        List("at_start", _("Customers at the start"), "customers", sales.at_start, {"at_start": "count"}),
        List("at_end", _("Customers at the end"), "customers", sales.at_end, {"at_end": "count"},
             segment=lambda period: [("analytics_last_order_on", "since", str(period.last - LASTS + sales.DAY))]),
        List("lost", _("Customers who left"), "customers", sales.lost, {"lost": "count"},
             segment=lambda period: _last_order(period.first - LASTS, period.last - LASTS + sales.DAY)),
        List("won_back", _("Customers who came back"), "customers", sales.won_back, {"won_back": "count"}),
        List("ever", _("Everybody who ever bought"), "customers", sales.ever, {"ever": "count"},
             segment=lambda period: [("analytics_first_order_on", "before", str(period.last + sales.DAY))], is_lasting=True),
        List("watched", _("First orders of the year"), "customers", sales.watched,
             number=lambda sums: sums.second.people if sums.second else None,
             segment=lambda period: _span("analytics_first_order_on",
                                          Period(period.last - LASTS + sales.DAY, period.last)), is_lasting=True),
        List("second_90", _("Second order within 90 days"), "customers", sales.second_within_90),
        List("by_days", _("Customers by the days on which they had ordered"), "customers", sales.by_days),
        List("visits", _("Visits of those who agreed"), "visits", visits.visits, {"traced": "count"}),
        List("visits_ordered", _("Visits that ended with an order"), "visits", visits.ordered,
             {"traced_ordered": "count"}),
        List("untraced", _("Arrivals of everybody else"), "traffic", visits.untraced,
             {"arrivals": "came", "arrivals_ordered": "ordered"}),
        List("shares", _("Orders put down to a channel"), "shares", visits.shares),
        List("promoters", _("People who said 9 or 10"), "answers", log.answers(9, 10), {"nps_promoters": "count"}),
        List("passives", _("People who said 7 or 8"), "answers", log.answers(7, 8), {"nps_passives": "count"}),
        List("detractors", _("People who said 0 to 6"), "answers", log.answers(0, 6), {"nps_detractors": "count"}),
        List("earned_points", _("Points issued"), "events", log.earned, {"points_earned": "points"}),
        List("spent_points", _("Points spent"), "events", log.spent, {"points_spent": "points"}),
        List("active", _("Members who earned or spent"), "events", log.active, {"active": "count"}),
        List("members", _("Members"), "events", log.members, {"members": "count"}),
        List("lines", _("What was sold"), "lines", goods.lines),
        List("first_with", _("First orders with it"), "orders", goods.first_with),
        List("again_with", _("First orders with it that were followed by a second"), "orders", goods.again_with),
        List("buyers", _("Buyers"), "buyers", buyers.buyers),
    )
}  # fmt: skip
