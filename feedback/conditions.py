"""Questions that only some are asked: who, typed and read by a merchant, and which ones follow from what was answered."""

import re
from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from feedback import questions
from feedback.models import Question, Response

_RANGE = re.compile(r"(\d{1,2})(?:\s*(?:-|–|to)\s*(\d{1,2}))?")
BY_PLACE = (Question.Kind.CHOICE, Question.Kind.MULTIPLE)  # answers that a merchant counts from 1, and we from 0

Said = Mapping[int, Collection[int]]


class NotACondition(ValueError):
    """What was typed means nothing for that question; `str()` says why."""


def shown(asked: Iterable[Question], said: Said) -> list[Question]:
    """Those that somebody is asked who answered so: `said` holds numbers, or places of picked answers, by question."""
    found: list[Question] = []
    for question in asked:
        before = question.only_after_id
        is_asked = before is None or (
            any(one.pk == before for one in found) and not set(question.only_for).isdisjoint(said.get(before, ()))
        )
        if is_asked:
            found.append(question)
    return found


def said_in(response: Response | None) -> dict[int, set[int]]:
    """What a response answers, as `shown` reads it."""
    answers = response.answers.all() if response else ()
    return {one.question_id: {*one.picks, *([one.number] if one.number is not None else [])} for one in answers}


def values_of(question: Question) -> list[int]:
    """What can be answered to it; empty for words."""
    return [int(value) for value, _label in questions.choices_of(question)]


def read(typed: str, question: Question) -> list[int]:
    """“0-6” or “1, 3” as answers to a question. Raises `NotACondition`."""
    possible = values_of(question)
    if not possible:
        raise NotACondition(_("Only a question with answers to choose from can decide what is asked next."))
    first = 1 if question.kind in BY_PLACE else 0
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in typed.split(","))):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise NotACondition(_("Write numbers and ranges, such as 0-6 or 1, 3."))
        low, high = int(match[1]), int(match[2] or match[1])
        found |= set(range(low - first, high - first + 1)) or {-1}
    if not found:
        raise NotACondition(_("Say for which answers."))
    if not found <= set(possible):
        low, high = possible[0] + first, possible[-1] + first
        raise NotACondition(_("The answers to that question are %(low)d to %(high)d.") % {"low": low, "high": high})
    return sorted(found)


def typed(question: Question) -> str:
    """The answers of a condition as a merchant types them."""
    if question.only_after is None:
        return ""
    first = 1 if question.only_after.kind in BY_PLACE else 0
    runs: list[list[int]] = []
    for number in sorted(one + first for one in question.only_for):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def in_words(question: Question) -> str:
    """Whom it is asked, for staff; empty where that is everybody."""
    if question.only_after is None:
        return ""
    if question.only_after.kind in BY_PLACE:
        labels = question.only_after.labels
        answers = ", ".join(f"“{labels[place]}”" for place in question.only_for if place < len(labels))
    else:
        answers = typed(question)
    return _("Only after “%(question)s”: %(answers)s") % {"question": question.only_after.text, "answers": answers}
