"""Scores of a span of months: as a whole, by month, and by what the orders were about. A handful of queries each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, Substr, TruncMonth
from django.utils import timezone
from django.utils.formats import date_format

from feedback import scores
from feedback.models import Invitation, Response, Survey
from feedback.scores import Score
from shop.forks.catalogue.models import Category, Product
from shop.shipping.models import Method

MOST = 20  # rows of a table: those with the most answers
_LINE = "invitation__order__lines__product"
PRODUCT = Coalesce(f"{_LINE}__parent", f"{_LINE}__pk")
ROOT = Substr(Coalesce(f"{_LINE}__parent__categories__path", f"{_LINE}__categories__path"), 1, Category.steplen)


@dataclass(frozen=True)
class Span:
    """Whole months, in the shop's time zone, by when people were asked; `last` is the first day of the last one."""

    first: date
    last: date

    @classmethod
    def of_months(cls, count: int, today: date) -> "Span":
        """So many months up to and with the present one."""
        number = today.year * 12 + today.month - count
        return cls(date(number // 12, number % 12 + 1, 1), today.replace(day=1))

    def months(self) -> list[date]:
        numbers = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]

    def condition(self, field: str) -> Q:
        """A filter on a moment."""
        zone = timezone.get_current_timezone()
        number = self.last.year * 12 + self.last.month
        end = date(number // 12, number % 12 + 1, 1)
        return Q(
            **{
                f"{field}__gte": datetime.combine(self.first, time(), zone),
                f"{field}__lt": datetime.combine(end, time(), zone),
            }
        )


@dataclass(frozen=True)
class Row:
    """One line of a table. `query` opens the answers behind it."""

    label: str
    score: Score
    query: str
    rate: Score | None = None
    groups: tuple[int, int, int] = (0, 0, 0)  # promoters, passives, detractors; of CSAT: happy, so-so, unhappy


Counts = dict[Any, dict[int, int]]


def answers(kind: str, span: Span) -> QuerySet[Response]:
    """The scored answers of everybody asked in these months."""
    return Response.objects.filter(
        span.condition("invitation__sent_at"), invitation__survey__kind=kind, score__isnull=False
    )  # fmt: skip


def asked(kind: str, span: Span) -> QuerySet[Invitation]:
    return Invitation.objects.sent().filter(span.condition("sent_at"), survey__kind=kind)


def whole(kind: str, span: Span) -> Row:
    """All of it in one figure."""
    counts = dict(answers(kind, span).order_by().values_list("score").annotate(Count("pk")))
    total = asked(kind, span).count()
    return _row(kind, "", counts, _query(kind, span), scores.share(sum(counts.values()), total))


def by_month(kind: str, span: Span) -> list[Row]:
    """One row for each month, also for those without answers. A month is when people were asked."""
    counts = _counted(answers(kind, span), TruncMonth("invitation__sent_at"))
    sent = asked(kind, span).annotate(month=TruncMonth("sent_at")).order_by().values_list("month").annotate(Count("pk"))
    totals = {month.date(): total for month, total in sent}
    found = {moment.date(): numbers for moment, numbers in counts.items()}
    return [
        _row(
            kind,
            date_format(month, "N Y"),
            found.get(month, {}),
            _query(kind, Span(month, month)),
            scores.share(sum(found.get(month, {}).values()), totals.get(month, 0)),
        )
        for month in span.months()
    ]


def by_product(kind: str, span: Span) -> list[Row]:
    """The products about which most was answered. An answer counts for everything in its order."""
    counts = _most(_counted(answers(kind, span), PRODUCT))
    titles = {product.pk: product.get_title() for product in Product.objects.filter(pk__in=counts)}
    return [
        _row(kind, titles.get(pk, "–"), numbers, _query(kind, span, product=str(pk))) for pk, numbers in counts.items() if pk
    ]  # fmt: skip


def by_category(kind: str, span: Span) -> list[Row]:
    """The departments of the shop. An answer counts for each that its order touches."""
    counts = _most(_counted(answers(kind, span), ROOT))
    roots = {root.path: root for root in Category.objects.filter(depth=1)}
    return [
        _row(kind, roots[path].name, numbers, _query(kind, span, category=str(roots[path].pk)))
        for path, numbers in counts.items()
        if path in roots
    ]


def by_delivery(kind: str, span: Span) -> list[Row]:
    """The ways in which orders reached people."""
    counts = _most(_counted(answers(kind, span), F("invitation__order__shipping_code")))
    names = {method.code: f"{method.name} ({', '.join(method.countries[:3])})" for method in Method.objects.all()}
    return [
        _row(kind, str(names.get(code, code)), numbers, _query(kind, span, delivery=code))
        for code, numbers in counts.items()
        if code
    ]


def _counted(rows: QuerySet[Response], by: Any) -> Counts:
    """How many gave each score, by a column: one query."""
    found: Counts = defaultdict(dict)
    grouped = rows.annotate(by=by).order_by().values_list("by", "score").annotate(Count("pk", distinct=True))
    for key, score, count in grouped:
        found[key][score] = count
    return found


def _most(counts: Counts) -> Counts:
    ranked = sorted(counts.items(), key=lambda pair: (-sum(pair[1].values()), str(pair[0])))
    return dict(ranked[:MOST])


def _row(kind: str, label: str, counts: dict[int, int], query: str, rate: Score | None = None) -> Row:
    score = scores.nps(counts) if kind == Survey.Kind.NPS else scores.csat(counts)
    return Row(str(label), score, query, rate, _groups(kind, counts))


def _groups(kind: str, counts: dict[int, int]) -> tuple[int, int, int]:
    if kind == Survey.Kind.NPS:
        edges = scores.FIRST_PROMOTER, scores.LAST_DETRACTOR
    else:
        edges = scores.FIRST_SATISFIED, scores.LAST_UNHAPPY
    good = sum(count for score, count in counts.items() if score >= edges[0])
    bad = sum(count for score, count in counts.items() if score <= edges[1])
    return good, sum(counts.values()) - good - bad, bad


def _query(kind: str, span: Span, **more: str) -> str:
    """The query string of the list of answers behind a figure (feedback/admin/answers.py reads it)."""
    asked_in = {"kind": kind, "from": f"{span.first:%Y-%m}", "to": f"{span.last:%Y-%m}"}
    return "&".join(f"{name}={value}" for name, value in {**asked_in, **more}.items())
