"""Every figure, declared once: what it means in words, how it is worked out, from what, and which way is good.

`of` is worked out from the `Sums` of a period and needs no database. None means that it cannot be told: nobody to divide by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from analytics.sums import Sums

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Value = Decimal | int | float | None


class Unit(Enum):
    SHARE = "share"  # a fraction, shown in per cent
    MONEY = "money"
    COUNT = "count"
    NUMBER = "number"  # with decimals
    POINTS = "points"  # from -100 to 100


class Part(Enum):
    """What a figure can be split by."""

    CHANNEL = "channel"
    COUNTRY = "country"
    CURRENCY = "currency"
    PRODUCT = "product"
    CATEGORY = "category"
    NEW = "new or returning"


OF_ORDERS = (Part.CHANNEL, Part.COUNTRY, Part.CURRENCY, Part.NEW)
OF_CUSTOMERS = (Part.CHANNEL,)


@dataclass(frozen=True)
class Metric:
    """`rows` names the list behind the figure (`analytics.lists`); `good` is "up", "down" or empty where neither is better."""

    key: str
    label: "StrOrPromise"
    words: "StrOrPromise"
    formula: "StrOrPromise"
    unit: Unit
    source: str
    of: Callable[[Sums], Value]
    slices: tuple[Part, ...] = ()
    good: str = "up"
    rows: tuple[str, ...] = ()
    is_slow: bool = False  # too slow to be drawn for many periods at once


def ratio(part: Decimal | int, whole: Decimal | int) -> float | None:
    """None where there is nothing to divide by."""
    return float(part) / float(whole) if whole else None


def amount_each(amount: Decimal, count: int) -> Decimal | None:
    return amount / count if count else None


def nps(promoters: int, passives: int, detractors: int) -> float | None:
    """Reichheld (2003): per cent of 9 and 10 less per cent of 0 to 6."""
    answers = promoters + passives + detractors
    return 100 * (promoters - detractors) / answers if answers else None


def second_within(days: int) -> Callable[[Sums], Value]:
    return lambda sums: sums.second.within(days) if sums.second else None


_days = {"days": settings.CUSTOMER_DAYS}
METRICS = (
    Metric(
        "retention",
        _("Retention rate"),
        _(
            "Of the customers at the start of the period, how many are left at its end. A customer on a day is somebody who "
            "paid for an order in the %(days)s days up to it that was not cancelled or refunded in full. Those who came back "
            "after a longer silence count as kept."
        )
        % _days,
        _("(customers at the end − new customers) ÷ customers at the start"),
        Unit.SHARE,
        "Movement",
        lambda sums: ratio(sums.at_end - sums.new, sums.at_start),
        OF_CUSTOMERS,
        rows=("at_start", "at_end", "new", "lost", "won_back"),
    ),
    Metric(
        "repeat",
        _("Repeat purchase rate"),
        _("Of the people who ordered in the period, how many ordered at least twice in it."),
        _("people with two or more orders in the period ÷ people with an order in it"),
        Unit.SHARE,
        "Gap, Movement",
        lambda sums: ratio(sums.ordered_twice, sums.ordered),
        OF_CUSTOMERS,
        rows=("ordered_twice", "ordered"),
    ),
    Metric(
        "returning",
        _("Customers who had bought before or again"),
        _(
            "Of the people who ordered in the period, how many had two or more orders in all by its end: a customer of "
            "last November who orders in December counts."
        ),
        _("people of the period with two or more orders in all ÷ people with an order in it"),
        Unit.SHARE,
        "Gap, Movement",
        lambda sums: ratio(sums.ordered_ever_twice, sums.ordered),
        OF_CUSTOMERS,
        rows=("returning", "ordered"),
    ),
    Metric(
        "second_90",
        _("Second order within 90 days"),
        _(
            "How likely a new customer is to order again within 90 days of the first order, from the first orders of the year "
            "up to the end of the period. Who came less than 90 days ago counts for the days since (Kaplan–Meier)."
        ),
        _("1 − product over the days of (1 − second orders ÷ people still watched without one)"),
        Unit.SHARE,
        "Gap, Movement",
        second_within(90),
        OF_CUSTOMERS,
        rows=("watched", "second_90"),
        is_slow=True,
    ),
    Metric(
        "orders_each",
        _("Orders per customer"),
        _("How many orders people who ordered in the period placed in it, on average."),
        _("orders ÷ people with an order"),
        Unit.NUMBER,
        "Gap, Movement",
        lambda sums: ratio(sums.their_orders, sums.ordered),
        OF_CUSTOMERS,
        rows=("their_orders", "ordered"),
    ),
    Metric(
        "average_order",
        _("Average order"),
        _("What an order brings, on average, with tax and delivery and less what was given back."),
        _("net revenue ÷ orders"),
        Unit.MONEY,
        "Turnover",
        lambda sums: amount_each(sums.net, sums.orders),
        OF_ORDERS,
        rows=("paid", "orders"),
    ),
    Metric(
        "net_revenue",
        _("Net revenue"),
        _(
            "What was paid in money for the orders of the period, tax and delivery included, less what was given back of these "
            "orders since. A refund months later lowers the day of the order; such days are listed as restated."
        ),
        _("paid − given back of the same orders"),
        Unit.MONEY,
        "Turnover",
        lambda sums: sums.net,
        (*OF_ORDERS, Part.PRODUCT, Part.CATEGORY),
        rows=("paid",),
    ),
    Metric(
        "orders",
        _("Orders"),
        _("Orders paid in the period and neither cancelled nor refunded in full."),
        _("number of orders"),
        Unit.COUNT,
        "Turnover",
        lambda sums: sums.orders,
        (*OF_ORDERS, Part.PRODUCT, Part.CATEGORY),
        rows=("orders",),
    ),
    Metric(
        "new",
        _("New customers"),
        _("People whose first order was paid in the period."),
        _("number of first orders"),
        Unit.COUNT,
        "Movement",
        lambda sums: sums.new,
        OF_CUSTOMERS,
        rows=("new",),
    ),
    Metric(
        "customers",
        _("Customers"),
        _("People who are customers at the end of the period: see retention rate."),
        _("people with an order in the %(days)s days up to the end") % _days,
        Unit.COUNT,
        "Movement",
        lambda sums: sums.at_end,
        OF_CUSTOMERS,
        rows=("at_end",),
    ),
    Metric(
        "value",
        _("Lifetime value so far"),
        _("What everybody who had bought by the end of the period had brought by then, net, per person."),
        _("net revenue since the beginning ÷ people who ever bought"),
        Unit.MONEY,
        "Movement",
        lambda sums: amount_each(sums.net_ever, sums.ever),
        OF_CUSTOMERS,
        rows=("brought", "ever"),
    ),
    Metric(
        "cac",
        _("Cost of a new customer"),
        _("What was spent on being found in the period, for each customer whose first order was in it."),
        _("spend ÷ new customers"),
        Unit.MONEY,
        "Spend, Movement",
        lambda sums: amount_each(sums.spend, sums.new) if sums.spend else None,
        OF_CUSTOMERS,
        good="down",
        rows=("spend", "new"),
    ),
    Metric(
        "visits",
        _("Visits"),
        _(
            "Arrivals at the shop, robots and staff left out. Whoever agreed to be counted is on a new visit after half an "
            "hour or when another link led here; of the others each page counts that none of ours led to. Of a channel only "
            "those who agreed are counted."
        ),
        _("number of visits"),
        Unit.COUNT,
        "Traffic",
        lambda sums: sums.visits,
        OF_CUSTOMERS,
        rows=("visits", "untraced"),
    ),
    Metric(
        "conversion",
        _("Conversion rate"),
        _("Of the visits of the period, how many ended with an order, paid or not."),
        _("visits with an order ÷ visits"),
        Unit.SHARE,
        "Traffic",
        lambda sums: ratio(sums.visits_ordered, sums.visits),
        OF_CUSTOMERS,
        rows=("visits_ordered", "visits", "untraced"),
    ),
    Metric(
        "given_back",
        _("Given back"),
        _("Money that went back to customers in the period, whenever they had ordered."),
        _("sum of refunds"),
        Unit.MONEY,
        "Day",
        lambda sums: sums.given_back,
        good="down",
        rows=("given_back",),
    ),
    Metric(
        "nps",
        _("Recommendation (NPS)"),
        _(
            "From answers of the period to “would you recommend us”, 0 to 10; from −100 to 100. Of somebody who answered "
            "several times the last answer of the period counts."
        ),
        _("per cent who said 9 or 10 − per cent who said 0 to 6"),
        Unit.POINTS,
        "Tally",
        lambda sums: nps(sums.nps_promoters, sums.nps_passives, sums.nps_detractors),
        rows=("promoters", "passives", "detractors"),
    ),
    Metric(
        "points_earned",
        _("Points issued"),
        _("Points credited in the period, whatever became of them since."),
        _("sum of points"),
        Unit.COUNT,
        "Tally",
        lambda sums: sums.points_earned,
        good="",
        rows=("earned_points",),
    ),
    Metric(
        "points_spent",
        _("Points spent"),
        _("Points that paid for orders in the period."),
        _("sum of points"),
        Unit.COUNT,
        "Tally",
        lambda sums: sums.points_spent,
        rows=("spent_points",),
    ),
    Metric(
        "participation",
        _("Take part in the programme"),
        _(
            "Of the members at the end of the period, how many earned or spent points in it. A member is everybody who was "
            "ever credited with points, with an account in the shop or without."
        ),
        _("members who earned or spent points in the period ÷ members at its end"),
        Unit.SHARE,
        "Tally",
        lambda sums: ratio(sums.active, sums.members),
        rows=("active", "members"),
    ),
)
BY_KEY = {metric.key: metric for metric in METRICS}
