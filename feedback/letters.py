"""What the mails of this app say, as plain values for templates/mail/survey.html, reviews.html and case_*.html."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from feedback import links, questions
from feedback.models import Invitation, Question, Survey
from feedback.models.asked import Asked, AskedQuerySet
from shop.customers.models import Consent
from shop.mail import outbox
from shop.mail.models import Message

SURVEY = "survey"
LOOKED_BACK = timedelta(days=7)  # within it a mail has left or been held back for good


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


def note_withheld(silent: AskedQuerySet, kind: str, now: datetime) -> int:
    """Mails that were held back after all have asked nobody: say so in the rows that stand for them. Returns how many.

    `silent`: rows of people who count as asked and have not answered; `kind`: of the mails whose keys are their ids.
    """
    keys = silent.filter(sent_at__gte=now - LOOKED_BACK).annotate(as_text=Cast("pk", CharField())).values("as_text")
    held = Message.objects.filter(kind=kind, state=Message.State.WITHHELD, key__in=keys)
    found = list(held.values_list("key", "reason"))
    for pk, reason in found:
        silent.filter(pk=int(pk)).update(state=Asked.State.WITHHELD, why_not=reason)
    return len(found)


def has_left(asked: Asked, kind: str) -> bool:
    """Whether the mail that asks has gone out: nobody is reminded of a mail that was held back, or still waits."""
    never = [Message.State.WITHHELD, Message.State.QUEUED, Message.State.HELD]
    return not Message.objects.filter(kind=kind, key=str(asked.pk), state__in=never).exists()


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
