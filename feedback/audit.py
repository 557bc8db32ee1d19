"""What must always be true of answers and cases (`manage.py audit`)."""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from feedback import standings
from feedback.models import Answer, Invitation, Question, Response, Survey
from shop.orders.audit import invariant

MEASURED = (Survey.Kind.NPS, Survey.Kind.CSAT)


@invariant("I13")
def _one_response_per_link() -> Any:
    """A survey link has one response at most, of somebody who was asked, with the score that its first answer gives."""
    twice = Invitation.objects.annotate(all=Count("response")).filter(all__gt=1)
    return [*twice, *_scores_that_differ()]


@invariant("I13b")
def _standings_are_true() -> Any:
    """What is known of a customer's opinion is what their answers, cases and reviews say."""
    return standings.differing()


def _scores_that_differ() -> Any:
    first = Question.objects.filter(survey=OuterRef("invitation__survey")).order_by("position", "pk").values("pk")[:1]
    said = Answer.objects.filter(response=OuterRef("pk"), question=OuterRef("first")).values("number")[:1]
    rows = Response.objects.filter(invitation__survey__kind__in=MEASURED).annotate(first=Subquery(first))
    rows = rows.annotate(said=Subquery(said))
    return rows.exclude(Q(score=F("said")) | Q(score=None, said=None))
