"""Filters that a figure sets and the list of what is behind it shows."""

import re
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from feedback import questions, reports, results, scores
from feedback.models import Answer, Question, Response, Survey
from feedback.reports import Span
from shop.forks.catalogue.models import Category, Product

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
SPANS = (3, 6, 12, 24)


class Choice(admin.SimpleListFilter):
    """A filter that a figure sets and the list shows; `?from=2026-01` and the like."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        value = request.GET.get(str(self.parameter_name), "")
        return [(value, self.shown(value))] if value else []

    def has_output(self) -> bool:
        return bool(self.value())

    def shown(self, value: str) -> str:
        return value

    def queryset(self, request: HttpRequest, queryset: QuerySet[Response]) -> QuerySet[Response]:
        value = (self.value() or "").replace("\0", "")
        return self.narrowed(queryset, value) if value else queryset

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        raise NotImplementedError


class KindFilter(Choice):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Survey.Kind.choices)

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        return rows.filter(invitation__survey__kind=value)


class GroupFilter(Choice):
    """Promoters, passives and detractors of NPS; happy and unhappy ones of CSAT."""

    title, parameter_name = _("group"), "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("good", _("promoters and happy")), ("between", _("in between")), ("bad", _("detractors and unhappy"))]

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        nps, csat = rows.filter(invitation__survey__kind="nps"), rows.filter(invitation__survey__kind="csat")
        good = {"score__gte": scores.FIRST_PROMOTER}, {"score__gte": scores.FIRST_SATISFIED}
        bad = {"score__lte": scores.LAST_DETRACTOR}, {"score__lte": scores.LAST_UNHAPPY}
        match value:
            case "good":
                return nps.filter(**good[0]) | csat.filter(**good[1])
            case "bad":
                return nps.filter(**bad[0]) | csat.filter(**bad[1])
            case "between":
                return nps.filter(score__in=(7, 8)) | csat.filter(score=3)
            case _other:
                return rows.none()


class FromFilter(Choice):
    title, parameter_name = _("asked from"), "from"

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        return rows.filter(Span(month_of(value), date(2099, 12, 1)).condition("invitation__sent_at"))


class ToFilter(Choice):
    title, parameter_name = _("asked until"), "to"

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        return rows.filter(Span(date(2000, 1, 1), month_of(value)).condition("invitation__sent_at"))


class ProductFilter(Choice):
    title, parameter_name = _("product"), "product"

    def shown(self, value: str) -> str:
        found = Product.objects.filter(pk=value).first() if is_id(value) else None
        return found.get_title() if found else value

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        number = int(value) if is_id(value) else 0
        return rows.filter(pk__in=Response.objects.annotate(by=reports.PRODUCT).filter(by=number).values("pk"))


class CategoryFilter(Choice):
    title, parameter_name = _("category"), "category"

    def shown(self, value: str) -> str:
        found = Category.objects.filter(pk=value).first() if is_id(value) else None
        return found.name if found else value

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        found = Category.objects.filter(pk=value).first() if is_id(value) else None
        return (
            rows.filter(pk__in=Response.objects.annotate(by=reports.ROOT).filter(by=found.path).values("pk"))
            if found
            else rows.none()
        )


class DeliveryFilter(Choice):
    title, parameter_name = _("way of delivery"), "delivery"

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        return rows.filter(invitation__order__shipping_code=value[:128])


class SurveyFilter(Choice):
    title, parameter_name = _("survey"), "survey"

    def shown(self, value: str) -> str:
        return str(Survey.objects.filter(pk=value).first() or value) if is_id(value) else value

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        return rows.filter(invitation__survey=int(value)) if is_id(value) else rows.none()


class SaidFilter(Choice):
    """Who answered a question, or answered just this: `?said=12` or `?said=12-3`."""

    title, parameter_name = _("answer"), "said"

    def shown(self, value: str) -> str:
        question, answer = _said(value)
        if question is None:
            return value
        label = dict(questions.choices_of(question)).get(answer, answer)
        return f"{question}: {label}" if answer else str(question)

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        question, answer = _said(value)
        if question is None:
            return rows.none()
        answers = Answer.objects.filter(question=question)
        return rows.filter(pk__in=(answers.filter(results.says([int(answer)])) if answer else answers).values("response"))


class ShownFilter(Choice):
    """Who was shown a question that not everybody is."""

    title, parameter_name = _("question"), "shown"

    def shown(self, value: str) -> str:
        return str(_said(value)[0] or value)

    def narrowed(self, rows: QuerySet[Response], value: str) -> QuerySet[Response]:
        question = _said(value)[0]
        if question is None or question.only_after_id is None:
            return rows.none()
        before = Answer.objects.filter(results.says(question.only_for), question=question.only_after_id)
        return rows.filter(pk__in=before.values("response"))


class AskedKindFilter(KindFilter):
    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(survey__kind=value)


class AskedFromFilter(FromFilter):
    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(Span(month_of(value), date(2099, 12, 1)).condition("sent_at"))


class AskedToFilter(ToFilter):
    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(Span(date(2000, 1, 1), month_of(value)).condition("sent_at"))


class AskedSurveyFilter(SurveyFilter):
    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(survey=int(value)) if is_id(value) else rows.none()


def _said(value: str) -> tuple[Question | None, str]:
    """The question of `12-3` and the answer, if there is one."""
    pk, _dash, answer = value.partition("-")
    if not is_id(pk) or (answer and not (is_id(answer) and len(answer) < 5)):
        return None, ""
    return Question.objects.filter(pk=pk).first(), answer


def month_of(value: str) -> date:
    found = MONTH.fullmatch(value)
    return date(int(found[1]), int(found[2]), 1) if found else date(2000, 1, 1)


def is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10


def months_asked(request: HttpRequest) -> int:
    """Over how many months somebody wants to see figures; a year where nothing sensible is said."""
    typed = request.GET.get("months", "")
    return int(typed) if typed in {str(count) for count in SPANS} else 12
