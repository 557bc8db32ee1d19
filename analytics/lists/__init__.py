"""The rows behind the figures: for each a list with the very condition that the figure counts by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.lists import buyers, goods, log, sales, visits
from analytics.lists.kinds import KINDS, Kind
from analytics.metrics import Unit, Value
from analytics.narrowing import DAYS
from analytics.periods import LONGEST, Period
from analytics.sums import Slice, Sums

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OF_ORDERS = DAYS | {"channel", "country", "currency", "buyers"}
OF_PEOPLE = DAYS | {"channel", "cohort"}
OF_VISITS = DAYS | {"channel", "device", "step", "source", "campaign", "landing"}
OF_GOODS = DAYS | {"product", "category"}
OF_BUYERS = frozenset({"recency", "weight", "group", "was", "moved", "of", "low", "high"})  # as of last night: no days


@dataclass(frozen=True)
class List:
    """`knows` names what it can be narrowed to, as pages ask for it: of all else it takes no notice.

    `tells` names fields of `Sums` by the totals of the rows that they are. With customers in its rows a list is a segment by
    its name (`analytics.groups`).
    """

    key: str
    label: "StrOrPromise"
    of: str
    rows: Callable[[Period, Slice], "QuerySet[Any]"]
    knows: frozenset[str]
    tells: Mapping[str, str] = field(default_factory=dict)
    number: Callable[[Sums], Value] | None = None
    longest: int = 40 * 366  # days at once: as many as there were

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

    def in_order(self, period: Period, part: Slice) -> "QuerySet[Any]":
        """The rows as a page shows them, with all that it shows."""
        return self.rows(period, part).select_related(*self.kind.along).order_by(*self.kind.order)


LISTS = {
    each.key: each
    for each in (
        List("orders", _("Orders"), "orders", sales.orders, OF_ORDERS, {"orders": "count"}),
        List("paid", _("Paid orders, also those that count no more"), "orders", sales.paid, OF_ORDERS,
             {"paid": "paid", "refunded": "refunded"}, number=lambda sums: sums.net),
        List("refunded", _("Orders with money given back since"), "orders", sales.refunded, OF_ORDERS),
        List("their_orders", _("Orders of these customers"), "orders", sales.of_people, OF_PEOPLE, {"their_orders": "count"}),
        List("cohort_orders", _("Orders of the cohort"), "orders", sales.of_cohort, OF_PEOPLE | {"currency"}),
        List("brought", _("All orders up to the end"), "orders", sales.brought, OF_PEOPLE, {"net_ever": "net"}),
        List("given_back", _("Refunds"), "refunds", sales.refunds, DAYS | {"currency"}, {"given_back": "amount"}),
        List("spend", _("Spend"), "spend", sales.spend, DAYS | {"channel"}, {"spend": "amount"}),
        List("ordered", _("Customers who ordered"), "customers", sales.ordered, OF_PEOPLE, {"ordered": "count"}),
        List("ordered_twice", _("Customers who ordered at least twice"), "customers", sales.ordered_twice, OF_PEOPLE,
             {"ordered_twice": "count"}),
        List("returning", _("Customers who had bought before or again"), "customers", sales.returning, OF_PEOPLE,
             {"ordered_ever_twice": "count"}),
        List("new", _("New customers"), "customers", sales.new, OF_PEOPLE, {"new": "count"}),
        List("at_start", _("Customers at the start"), "customers", sales.at_start, OF_PEOPLE, {"at_start": "count"}),
        List("at_end", _("Customers at the end"), "customers", sales.at_end, OF_PEOPLE, {"at_end": "count"}),
        List("lost", _("Customers who left"), "customers", sales.lost, OF_PEOPLE, {"lost": "count"}),
        List("won_back", _("Customers who came back"), "customers", sales.won_back, OF_PEOPLE, {"won_back": "count"}),
        List("ever", _("Everybody who ever bought"), "customers", sales.ever, OF_PEOPLE, {"ever": "count"}),
        List("watched", _("First orders of the year"), "customers", sales.watched, OF_PEOPLE,
             number=lambda sums: sums.second.people if sums.second else None),
        List("second_90", _("Second order within 90 days"), "customers", sales.second_within_90, OF_PEOPLE),
        List("by_days", _("Customers by the days on which they had ordered"), "customers", sales.by_days, DAYS | {"days"}),
        List("visits", _("Visits of those who agreed"), "visits", visits.visits, OF_VISITS, {"traced": "count"}),
        List("visits_ordered", _("Visits that ended with an order"), "visits", visits.ordered, OF_VISITS,
             {"traced_ordered": "count"}),
        List("untraced", _("Arrivals of everybody else"), "traffic", visits.untraced, DAYS | {"channel", "device"},
             {"arrivals": "came", "arrivals_ordered": "ordered"}),
        List("shares", _("Orders put down to a channel"), "shares", visits.shares,
             DAYS | {"channel", "currency", "rule", "known"}, longest=LONGEST),
        List("promoters", _("People who said 9 or 10"), "answers", log.answers(9, 10), DAYS, {"nps_promoters": "count"}),
        List("passives", _("People who said 7 or 8"), "answers", log.answers(7, 8), DAYS, {"nps_passives": "count"}),
        List("detractors", _("People who said 0 to 6"), "answers", log.answers(0, 6), DAYS, {"nps_detractors": "count"}),
        List("earned_points", _("Points issued"), "events", log.earned, DAYS, {"points_earned": "points"}),
        List("spent_points", _("Points spent"), "events", log.spent, DAYS, {"points_spent": "points"}),
        List("active", _("Members who earned or spent"), "events", log.active, DAYS, {"active": "count"}),
        List("members", _("Members"), "events", log.members, DAYS, {"members": "count"}),
        List("lines", _("What was sold"), "lines", goods.lines, OF_GOODS | {"currency"}),
        List("first_with", _("First orders with it"), "orders", goods.first_with, OF_GOODS),
        List("again_with", _("First orders with it that were followed by a second"), "orders", goods.again_with, OF_GOODS),
        List("buyers", _("Buyers"), "buyers", buyers.buyers, OF_BUYERS),
    )
}  # fmt: skip
