"""What staff read of feedback on a customer's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback import standings
from feedback.models import Case, Response
from shop.customers import panels, timeline
from shop.customers.models import Customer
from shop.events import catalog

LATEST = 5

timeline.calls([catalog.SurveyAnswered.kind, catalog.ReviewApproved.kind], "score", _("score"))
timeline.calls([catalog.SurveyAnswered.kind], "scale", codes={"nps": "NPS", "csat": "CSAT"})
timeline.calls([catalog.CaseOpened.kind], "source", _("from"), dict(Case.Source.choices))
timeline.calls([catalog.CaseClosed.kind], "outcome", codes=dict(Case.Outcome.choices))


@panels.show("cases", _("Cases"), template="feedback/desk/_cases.html", order=15, permission="feedback.view_case")
def _cases(customer: Customer) -> dict[str, Any] | None:
    """Open ones first."""
    rows = list(customer.cases.select_related("owner").order_by("closed_at", "-opened_at")[: LATEST + 1])
    return {"cases": rows[:LATEST], "has_more": len(rows) > LATEST} if rows else None


@panels.show("feedback", _("Opinion"), template="feedback/desk/_opinion.html", order=30, permission="feedback.view_response")
def _opinion(customer: Customer) -> dict[str, Any] | None:
    """The last answers, with their words."""
    rows = Response.objects.filter(invitation__customer=customer).select_related("invitation__survey", "invitation__order")
    answers = list(rows.prefetch_related("answers__question").order_by("-answered_at")[:LATEST])
    standing = standings.of([customer.pk]).get(customer.pk)
    return {"answers": answers, "standing": standing} if answers or (standing and standing.reviews) else None
