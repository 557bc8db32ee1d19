"""What the mails of this app say, as plain values for templates/mail/survey.html, reviews.html and case_*.html."""

from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from feedback import links, questions
from feedback.models import Invitation, Question, Survey
from shop.customers.models import Consent
from shop.mail import outbox
from shop.mail.models import Message

SURVEY = "survey"


def language_of(invitation: Invitation) -> str:
    """The language somebody is asked in: of the order, else their own."""
    return (invitation.order.language if invitation.order else "") or invitation.customer.language


def ask(invitation: Invitation, *, key: str, is_reminder: bool = False) -> Message:
    """The mail with the first question, whose answers are links."""
    language = language_of(invitation)
    url = links.url(links.SURVEY, invitation)
    with translation.override(language):
        context = survey_context(invitation.survey, url) | {
            "is_reminder": is_reminder,
            "order_number": invitation.order.number if invitation.order else "",
            "open_until": date_format(localtime(invitation.expires_at), "DATE_FORMAT") if invitation.expires_at else "",
        }
    return outbox.send(SURVEY, invitation.customer, context, key=key, language=language, topic=Consent.Topic.SURVEYS)


def survey_context(survey: Survey, url: str) -> dict[str, Any]:
    """The survey in plain values, in the active language; also for the preview."""
    first = survey.questions.first()
    return {
        "title": survey.title,
        "intro": survey.intro or "",
        "url": url,
        "question": first.text if first and questions.is_clicked(first) else "",
        "kind": first.kind if first else "",
        "ends": first.labels[:1] + first.labels[-1:] if first and first.kind == Question.Kind.SCALE else [],
        "answers": _answers(first, url) if first else [],
        "count": survey.questions.count(),
    }


def _answers(first: Question, url: str) -> list[dict[str, str]]:
    faces = questions.FACES if first.kind == Question.Kind.CSAT else ()
    return [
        {"label": str(label), "face": faces[place] if faces else "", "url": f"{url}?answer={value}"}
        for place, (value, label) in enumerate(questions.choices_of(first))
    ]
