"""What can be answered to a question, and what can be answered with one click."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.models import Question

FACES = ("😞", "😕", "😐", "😊", "😄")
MOODS = (_("very unhappy"), _("unhappy"), _("so-so"), _("happy"), _("very happy"))
NUMBERS = {Question.Kind.NPS: range(11), Question.Kind.CSAT: range(1, 6), Question.Kind.SCALE: range(1, 6)}
CLICKED = (Question.Kind.NPS, Question.Kind.CSAT, Question.Kind.SCALE, Question.Kind.CHOICE)


def choices_of(question: Question) -> list[tuple[str, Any]]:
    """Value and words of each answer to choose from; empty for a question that asks for words."""
    if question.kind == Question.Kind.CSAT:
        return [(str(number), mood) for number, mood in enumerate(MOODS, 1)]
    if question.kind in NUMBERS:
        return [(str(number), str(number)) for number in NUMBERS[Question.Kind(question.kind)]]
    return [(str(place), label) for place, label in enumerate(question.labels)]


def is_clicked(question: Question | None) -> bool:
    """Whether it can be answered with one click in a mail."""
    return question is not None and question.kind in CLICKED and bool(choices_of(question))
