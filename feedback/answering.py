"""The one door for answers: what the invited person says counts once, and can be changed until the survey closes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from feedback import cases, conditions, scores, standings
from feedback.models import Answer, Invitation, Question, Response
from shop.events import log
from shop.events.catalog import SurveyAnswered
from shop.forks import races


class Closed(Exception):
    """The survey takes no answers of this person any more."""


@dataclass(frozen=True)
class Given:
    """An answer to one question: what does not belong to its kind stays empty."""

    number: int | None = None
    picks: list[int] = field(default_factory=list)
    text: str = ""

    def __bool__(self) -> bool:
        return self.number is not None or bool(self.picks) or bool(self.text)


@transaction.atomic
def record(invitation: Invitation, given: Mapping[Question, Given], now: datetime, *, language: str) -> Response:
    """Keep these answers; questions that are not among them keep theirs, if they are still asked. Raises `Closed`.

    The first answer is told to everybody who listens, and so is another score. A low one opens a case, whenever it comes.
    """
    response, is_new = _response(invitation, now, language)
    before = response.score
    for question, answer in given.items():
        _keep(response, question, answer)
    _leave_out_what_is_not_asked(response)
    response.score = _score(response)
    response.save()
    if is_new or response.score != before:
        survey = invitation.survey
        answered = SurveyAnswered(invitation.pk, survey.pk, invitation.order_id or 0, survey.kind, response.score)
        log.record(answered, customer=invitation.customer)
    if scores.is_low(invitation.survey.kind, response.score):
        cases.open_for_response(response, now)
    standings.refresh(invitation.customer_id)
    return response


def _response(invitation: Invitation, now: datetime, language: str) -> tuple[Response, bool]:
    if races.is_guarded("survey"):
        Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not invitation.is_open(now):
        raise Closed
    known = Response.objects.filter(invitation=invitation).first()
    races.racepoint("survey.looked")
    made = known or Response.objects.create(invitation=invitation, answered_at=now, language=language)
    return made, known is None


def _keep(response: Response, question: Question, given: Given) -> None:
    if not given:
        Answer.objects.filter(response=response, question=question).delete()
        return
    Answer.objects.update_or_create(
        response=response, question=question,
        defaults={"number": given.number, "picks": given.picks, "text": given.text},
    )  # fmt: skip


def _leave_out_what_is_not_asked(response: Response) -> None:
    """Somebody who changes a 3 to a 9 has not been asked what went wrong."""
    asked = conditions.shown(response.invitation.survey.questions.all(), conditions.said_in(response))
    response.answers.exclude(question__in=asked).delete()


def _score(response: Response) -> int | None:
    """The number to the question that gives the score: the first one, of a survey that measures."""
    first = response.invitation.survey.questions.first()
    if first is None or first.kind != response.invitation.survey.kind:
        return None
    return Answer.objects.filter(response=response, question=first).values_list("number", flat=True).first()
