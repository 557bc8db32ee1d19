"""What a survey's questions add up to, one by one: three queries, however many questions there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from feedback import conditions, questions, scores
from feedback.models import Answer, Invitation, Question, Survey
from feedback.reports import Span
from feedback.scores import Score

NEWEST = 5  # words shown of each question
Groups = list[tuple[frozenset[int], int]]  # who answered so, and how many they are


@dataclass(frozen=True)
class Bar:
    """One answer to choose from. `query` opens the responses that gave it."""

    label: str
    part: int
    share: Score
    query: str


@dataclass(frozen=True)
class Figure:
    """A figure of the whole question, with so many decimals."""

    name: str
    score: Score
    decimals: int
    unit: str = ""


@dataclass(frozen=True)
class Result:
    """One question: of so many asked, so many answered, and what. Queries open invitations or responses."""

    question: Question
    only_after: str
    asked: int
    asked_query: str
    rate: Score
    answered: int
    query: str
    figures: list[Figure] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    words: list[Answer] = field(default_factory=list)

    @property
    def remark(self) -> str:
        """Honest words where few answered."""
        return str(scores.share(0, self.answered).remark)


def of(survey: Survey, span: Span) -> list[Result]:
    """The questions of a survey in their order, of everybody asked in these months."""
    groups, words = _groups(survey, span), _newest(survey, span)
    invited = Invitation.objects.sent().filter(span.condition("sent_at"), survey=survey).count()
    asked = survey.questions.select_related("only_after")
    return [_result(question, span, invited, groups, words.get(question.pk, [])) for question in asked]


def says(values: Collection[int]) -> Q:
    """Answers that give one of these numbers, or pick one of these places."""
    return Q(number__in=values) | Q(picks__overlap=list(values))


def _result(question: Question, span: Span, invited: int, groups: dict[int, Groups], words: list[Answer]) -> Result:
    mine = groups.get(question.pk, [])
    answered, asked = sum(count for _said, count in mine), invited
    where, asked_query = _query(question, span), _query(question, span)
    if question.only_after_id:
        # Who gave that answer had been asked that question: answers to what is not asked are not kept.
        asked = sum(count for said, count in groups.get(question.only_after_id, []) if not said.isdisjoint(question.only_for))
        asked_query += f"&shown={question.pk}"
    return Result(
        question=question,
        only_after=conditions.in_words(question),
        asked=asked,
        asked_query=asked_query,
        rate=scores.share(answered, asked),
        answered=answered,
        query=f"{where}&said={question.pk}",
        figures=_figures(question, mine),
        bars=_bars(question, mine, answered, where),
        words=words,
    )


def _bars(question: Question, groups: Groups, answered: int, where: str) -> list[Bar]:
    counts = _counts(groups)
    labels = {int(value): str(label) for value, label in questions.choices_of(question)}
    ends = question.labels if question.kind == Question.Kind.SCALE else []
    if ends:
        first, last = min(labels), max(labels)
        labels |= {first: f"{first}: {ends[0]}", last: f"{last}: {ends[-1]}"}
    return [
        Bar(label, counts.get(value, 0), scores.share(counts.get(value, 0), answered), f"{where}&said={question.pk}-{value}")
        for value, label in labels.items()
    ]


def _figures(question: Question, groups: Groups) -> list[Figure]:
    counts = _counts(groups)
    match question.kind:
        case Question.Kind.NPS:
            return [Figure("NPS", scores.nps(counts), 0)]
        case Question.Kind.CSAT:
            return [Figure("CSAT", scores.csat(counts), 0, " %")]
        case Question.Kind.SCALE:
            scale = questions.NUMBERS[Question.Kind.SCALE]
            return [
                Figure(_("mean"), scores.mean(counts, scale), 2),
                Figure(_("median"), scores.median(counts, scale), -1),
            ]
        case _other:
            return []


def _counts(groups: Groups) -> dict[int, int]:
    """How many gave each answer; who picked several counts for each."""
    found: dict[int, int] = defaultdict(int)
    for said, count in groups:
        for value in said:
            found[value] += count
    return dict(found)


def _groups(survey: Survey, span: Span) -> dict[int, Groups]:
    """Equal answers together, by question."""
    rows = _answers(survey, span).order_by().values_list("question_id", "number", "picks").annotate(Count("pk"))
    found: dict[int, Groups] = defaultdict(list)
    for question, number, picks, count in rows:
        found[question].append((frozenset([*picks, *([] if number is None else [number])]), count))
    return found


def _newest(survey: Survey, span: Span) -> dict[int, list[Answer]]:
    """The last words about each question that asks for words."""
    newest = [F("response__answered_at").desc(), F("pk").desc()]
    rows: Iterable[Answer] = (
        _answers(survey, span)
        .exclude(text="")
        .annotate(place=Window(RowNumber(), partition_by=F("question"), order_by=newest))
        .filter(place__lte=NEWEST)
        .select_related("response__invitation__customer", "response__invitation__survey", "response__caused")
        .order_by("place")
    )
    found: dict[int, list[Answer]] = defaultdict(list)
    for answer in rows:
        found[answer.question_id].append(answer)
    return found


def _answers(survey: Survey, span: Span) -> QuerySet[Answer]:
    return Answer.objects.filter(
        span.condition("response__invitation__sent_at"), response__invitation__survey=survey
    )  # fmt: skip


def _query(question: Question, span: Span) -> str:
    """The query string of the list behind a figure (feedback/admin/filters.py reads it)."""
    return f"survey={question.survey_id}&from={span.first:%Y-%m}&to={span.last:%Y-%m}"
