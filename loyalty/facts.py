"""What is true of a customer in points."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shop.customers.facts import Fact, Kind, declare

declare(
    Fact("loyalty_points", "loyalty_account__available", Kind.NUMBER, _("Points to spend"), default=0, sample=420),
    Fact("loyalty_pending", "loyalty_account__pending", Kind.NUMBER, _("Points pending"), default=0, sample=80),
    Fact("loyalty_earned", "loyalty_account__earned", Kind.NUMBER, _("Points earned in all"), default=0, sample=900),
    Fact("loyalty_spent", "loyalty_account__spent", Kind.NUMBER, _("Points spent in all"), default=0, sample=400),
    Fact("loyalty_tier", "loyalty_account__tier__name", Kind.TEXT, _("Tier"), default="", sample="Gold"),
    Fact("loyalty_tier_since", "loyalty_account__tier_since", Kind.DATE, _("In the tier since"), sample=date(2026, 3, 1)),
    Fact(
        "loyalty_spend", "loyalty_account__spend", Kind.MONEY, _("Spent in 12 months"), default=Decimal(0), sample=Decimal(180)
    ),
    Fact(
        "loyalty_expiring_points", "loyalty_account__expiring", Kind.NUMBER, _("Points that expire next"), default=0, sample=60
    ),
    Fact(
        "loyalty_expires_on", "loyalty_account__expires_on", Kind.DATE, _("Next points expire after"), sample=date(2026, 12, 31)
    ),
    Fact("loyalty_member_since", "loyalty_account__opened_at", Kind.DATE, _("Collects points since"), sample=date(2026, 1, 6)),
)
