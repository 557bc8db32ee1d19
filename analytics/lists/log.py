"""Rows of the log: points, members, answers."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from analytics import due
from analytics.lists.sales import moments
from analytics.periods import Period
from analytics.sums import Slice
from shop.events.models import Event

Rows = Callable[[Period, Slice], "QuerySet[Any]"]


def earned(period: Period, part: Slice) -> "QuerySet[Event]":
    return _within(period, [due.POINTS[0]])


def spent(period: Period, part: Slice) -> "QuerySet[Event]":
    return _within(period, [due.POINTS[1]])


def active(period: Period, part: Slice) -> "QuerySet[Event]":
    """Members who earned or spent in the period, each by the last time."""
    return _last(_within(period, due.POINTS))


def members(period: Period, part: Slice) -> "QuerySet[Event]":
    """Everybody with points by the end, each by the first time."""
    found = Event.objects.filter(kind__in=due.POINTS, happened_at__lt=moments(period)[1])
    earlier = Q(happened_at__lt=OuterRef("happened_at")) | Q(happened_at=OuterRef("happened_at"), pk__lt=OuterRef("pk"))
    return found.filter(~Exists(Event.objects.filter(earlier, kind__in=due.POINTS, customer=OuterRef("customer"))))


def answers(low: int, high: int) -> Rows:
    """People whose last answer of the period to "would you recommend us" lies between these."""

    def rows(period: Period, part: Slice) -> "QuerySet[Event]":
        last = _last(_answers(_within(period, [due.ANSWERED])))
        return last.filter(score__range=(low, high))

    return rows


def _answers(events: "QuerySet[Event]") -> "QuerySet[Event]":
    score = Cast(KT("data__score"), IntegerField())
    return events.filter(data__scale="nps", data__score__isnull=False).annotate(score=score).filter(score__gte=0)


def _within(period: Period, kinds: list[str]) -> "QuerySet[Event]":
    begins, ends = moments(period)
    return Event.objects.filter(kind__in=kinds, happened_at__gte=begins, happened_at__lt=ends)


def _last(events: "QuerySet[Event]") -> "QuerySet[Event]":
    """Those after which the same person has none among these; asked so, one person is found as quickly as all."""
    later = Q(happened_at__gt=OuterRef("happened_at")) | Q(happened_at=OuterRef("happened_at"), pk__gt=OuterRef("pk"))
    return events.filter(~Exists(events.filter(later, customer=OuterRef("customer"))))
