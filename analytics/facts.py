"""What the orders of a customer come to, as facts."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from analytics.models import Channel, Group
from shop.customers.facts import Fact, Kind, declare

declare(
    Fact("analytics_orders", "analytics_stats__orders", Kind.NUMBER, _("Paid orders"), default=0, sample=4),
    Fact(
        "analytics_spent",
        "analytics_stats__spent",
        Kind.MONEY,
        _("Spent in all, less what was given back"),
        default=Decimal(0),
        sample=Decimal("126.40"),
    ),
    Fact("analytics_average_order", "analytics_stats__average_order", Kind.MONEY, _("Average order"), sample=Decimal("31.60")),
    Fact("analytics_first_order_on", "analytics_stats__first_order_on", Kind.DATE, _("First order"), sample=date(2025, 11, 8)),
    Fact("analytics_last_order_on", "analytics_stats__last_order_on", Kind.DATE, _("Last order"), sample=date(2026, 9, 30)),
    Fact(
        "analytics_days_between",
        "analytics_stats__days_between",
        Kind.NUMBER,
        _("Days between orders, on average"),
        sample=Decimal("36.5"),
    ),
    Fact(
        "analytics_next_order_on",
        "analytics_stats__next_order_on",
        Kind.DATE,
        _("Next order expected"),
        sample=date(2026, 11, 5),
    ),
    Fact(
        "analytics_preferred_category",
        "analytics_stats__preferred_category__name",
        Kind.TEXT,
        _("Buys most of"),
        sample="Tea",
    ),
    Fact(
        "analytics_channel",
        "analytics_stats__channel",
        Kind.CHOICE,
        _("Came through"),
        sample=Channel.SEARCH.value,
        choices=Channel.choices,
    ),
    Fact(
        "analytics_rfm_group",
        "analytics_portrait__group",
        Kind.CHOICE,
        _("Kind of buyer"),
        sample=Group.LOYAL.value,
        choices=Group.choices,
    ),
    Fact(
        "analytics_recency",
        "analytics_portrait__recency",
        Kind.NUMBER,
        _("How lately bought, 1 to 5 (5 is the latest fifth)"),
        sample=4,
    ),
    Fact(
        "analytics_weight",
        "analytics_portrait__weight",
        Kind.NUMBER,
        _("How often and for how much, 1 to 5 (5 is most)"),
        sample=3,
    ),
    Fact(
        "analytics_predicted_value",
        "analytics_portrait__value_ahead",
        Kind.MONEY,
        _("Spend expected in the next year"),
        sample=Decimal("84.20"),
    ),
    Fact(
        "analytics_chance_active",
        "analytics_portrait__chance_active",
        Kind.NUMBER,
        _("Chance to be active, in per cent"),
        sample=Decimal("71.5"),
    ),
)
