"""What is known of a customer's opinion: columns of `Standing`."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from feedback.models import Standing
from shop.customers.facts import Fact, Kind, declare

declare(Fact("feedback_nps", "feedback_standing__nps", Kind.NUMBER, _("Last recommendation, 0 to 10"), sample=9))
declare(
    Fact(
        "feedback_nps_group",
        "feedback_standing__nps_group",
        Kind.CHOICE,
        _("Promoter, passive or detractor"),
        sample="promoter",
        choices=tuple(Standing.Group.choices),
    )
)
declare(
    Fact(
        "feedback_last_answered_on",
        "feedback_standing__last_answered_on",
        Kind.DATE,
        _("Last answered a question"),
        sample=date(2026, 9, 14),
    )
)
declare(
    Fact("feedback_open_cases", "feedback_standing__open_cases", Kind.NUMBER, _("Open cases"), default=0, sample=0)
)  # fmt: skip
declare(Fact("feedback_reviews", "feedback_standing__reviews", Kind.NUMBER, _("Published reviews"), default=0, sample=2))
