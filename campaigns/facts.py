"""What mail knows of a customer, as facts."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from shop.customers.facts import Fact, Kind, declare

declare(
    Fact(
        "campaigns_subscribed_since", "campaigns_engagement__subscribed_at", Kind.DATE, _("Subscribed to news since"),
        sample=date(2026, 3, 2),
    ),
    Fact(
        "campaigns_last_mail_on", "campaigns_engagement__last_mail_at", Kind.DATE, _("Last marketing mail"),
        sample=date(2026, 10, 1),
    ),
    Fact(
        "campaigns_last_click_on", "campaigns_engagement__last_click_at", Kind.DATE, _("Last click in a mail"),
        sample=date(2026, 9, 12),
    ),
    Fact(
        "campaigns_mails_30_days", "campaigns_engagement__mails_30_days", Kind.NUMBER, _("Marketing mails in 30 days"),
        default=0, sample=3,
    ),
)  # fmt: skip
