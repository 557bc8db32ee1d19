"""The rows behind the figures: for each a list with the very condition that the figure counts by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, ExpressionWrapper, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analytics import due
from analytics.models import Sale
from analytics.periods import Period
from analytics.sales import LASTS
from analytics.sums import Slice
from shop.events.models import Event
from shop.payments.models import PaymentAttempt, Refund

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Rows = Callable[[Period, Slice], "QuerySet[Any]"]
Triple = tuple[str, str, str]  # fact, question, value: a condition of a segment
DAY = timedelta(days=1)


@dataclass(frozen=True)
class List:
    """`of` says what a row is: "orders" and "customers" (both `Sale`, for customers one each), "refunds" or "events".

    `segment` says the same in facts, where facts can. They know no past: most say it rightly of a period that ends today,
    `is_lasting` ones of any.
    """

    key: str
    label: "StrOrPromise"
    of: str
    rows: Rows
    segment: Callable[[Period], list[Triple]] | None = None
    is_lasting: bool = False

    def conditions(self, period: Period, today: date) -> list[Triple]:
        """The same customers as conditions of a segment; none where facts cannot say it."""
        return self.segment(period) if self.segment and (self.is_lasting or period.last >= today) else []


def orders(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Orders of the period that count."""
    wanted = {"channel": part.channel, "country": part.country, "currency": part.currency}
    found = Sale.objects.filter(day__range=(period.first, period.last), nth__isnull=False)
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if part.is_first is None:
        return found
    return found.filter(nth=1) if part.is_first else found.filter(nth__gt=1)


def _of(part: Slice) -> "QuerySet[Sale]":
    counted = Sale.objects.filter(nth__isnull=False)
    if part.cohort:
        counted = counted.filter(first_on__year=part.cohort.year, first_on__month=part.cohort.month)
    return counted.filter(first_channel=part.channel) if part.channel else counted


def _within(period: Period, part: Slice) -> "QuerySet[Sale]":
    return _of(part).filter(day__range=(period.first, period.last))


def ordered(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by their first order of the period."""
    return _within(period, part).filter(Q(previous_on=None) | Q(previous_on__lt=period.first))


def ordered_twice(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by their second order of the period."""
    earlier = Q(second_previous_on=None) | Q(second_previous_on__lt=period.first)
    return _within(period, part).filter(earlier, previous_on__gte=period.first)


def returning(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by their first order of the period, unless it is their only one by its end."""
    return ordered(period, part).filter(Q(nth__gt=1) | Q(next_on__lte=period.last))


def customers_on(day: date, part: Slice) -> "QuerySet[Sale]":
    """Each by their last order up to the day."""
    return _of(part).filter(Q(next_on=None) | Q(next_on__gt=day), day__gt=day - LASTS, day__lte=day)


def lost(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Customers who stopped being one: each by the order before the silence."""
    gone = _of(part).filter(day__gte=period.first - LASTS, day__lte=period.last - LASTS)
    return gone.filter(Q(next_on=None) | Q(next_on__gte=_later(F("day"))))


def won_back(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by the order after the silence."""
    return _within(period, part).filter(day__gte=_later(F("previous_on")))


def watched(period: Period, part: Slice) -> "QuerySet[Sale]":
    """First orders of the year up to the end of the period."""
    return _within(Period(period.last - LASTS + DAY, period.last), part).filter(nth=1)


def second_within_90(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Of these, those whose second order came within 90 days, each by their first."""
    came = ExpressionWrapper(F("day") + timedelta(days=90), output_field=DateField())
    return watched(period, part).filter(next_on__lte=period.last).filter(next_on__lte=came)


def _later(day: F) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(day + LASTS, output_field=DateField())


def _refunds(period: Period, part: Slice) -> "QuerySet[Refund]":
    done = Refund.objects.filter(state=Refund.State.DONE, attempt__state=PaymentAttempt.State.CAPTURED)
    return done.filter(done_at__date__range=(period.first, period.last), attempt__currency=part.currency)


def _events(*kinds: str, **data: Any) -> Rows:
    def rows(period: Period, part: Slice) -> "QuerySet[Event]":
        return Event.objects.filter(kind__in=kinds, happened_at__date__range=(period.first, period.last), **data)

    return rows


def _span(fact: str, period: Period) -> list[Triple]:
    return [(fact, "since", str(period.first)), (fact, "before", str(period.last + DAY))]


LISTS = {
    each.key: each
    for each in (
        List("orders", _("Orders"), "orders", orders),
        List(
            "refunded",
            _("Orders with money given back since"),
            "orders",
            lambda period, part: Sale.objects.filter(
                pk__in=Sale.objects.filter(day__range=(period.first, period.last), refunded__gt=0, currency=part.currency)
            ),
        ),
        List("given_back", _("Refunds"), "refunds", _refunds),
        List("ordered", _("Customers who ordered"), "customers", ordered,
             lambda period: _span("analytics_last_order_on", period)),
        List("ordered_twice", _("Customers who ordered at least twice"), "customers", ordered_twice),
        List("returning", _("Customers who had bought before or again"), "customers", returning),
        List("new", _("New customers"), "customers", lambda period, part: _within(period, part).filter(nth=1),
             lambda period: _span("analytics_first_order_on", period), is_lasting=True),
        List("at_start", _("Customers at the start"), "customers",
             lambda period, part: customers_on(period.first - DAY, part)),
        List("at_end", _("Customers at the end"), "customers", lambda period, part: customers_on(period.last, part),
             lambda period: [("analytics_last_order_on", "since", str(period.last - LASTS + DAY))]),
        List("lost", _("Customers who left"), "customers", lost,
             lambda period: [("analytics_last_order_on", "since", str(period.first - LASTS)),
                             ("analytics_last_order_on", "before", str(period.last - LASTS + DAY))]),
        List("won_back", _("Customers who came back"), "customers", won_back),
        List("ever", _("Everybody who ever bought"), "customers",
             lambda period, part: _of(part).filter(nth=1, day__lte=period.last),
             lambda period: [("analytics_first_order_on", "before", str(period.last + DAY))], is_lasting=True),
        List("watched", _("First orders of the year"), "customers", watched,
             lambda period: _span("analytics_first_order_on", Period(period.last - LASTS + DAY, period.last)),
             is_lasting=True),
        List("second_90", _("Second order within 90 days"), "customers", second_within_90),
        List("answered", _("Answers"), "events", _events("feedback.survey_answered", data__scale="nps")),
        List("earned_points", _("Points issued"), "events", _events(due.POINTS[0])),
        List("spent_points", _("Points spent"), "events", _events(due.POINTS[1])),
    )
}  # fmt: skip
