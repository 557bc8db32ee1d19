"""Rows of orders and customers, money that went back, and what was spent on being found."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from analytics.backtest import MOST
from analytics.models import Sale, Spend
from analytics.periods import Period
from analytics.sales import LASTS
from analytics.sums import Slice
from shop.payments.models import PaymentAttempt, Refund

DAY = timedelta(days=1)


def moments(period: Period) -> tuple[datetime, datetime]:
    """When the period begins, and when the day after it does: asked so, an index answers."""
    return tuple(  # type: ignore[return-value]
        timezone.make_aware(datetime.combine(day, time.min)) for day in (period.first, period.last + DAY)
    )


def paid(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Orders paid in the period, also those that do not count because all was given back or they were cancelled."""
    wanted = {"channel": part.channel, "country": part.country, "currency": part.currency}
    found = Sale.objects.filter(day__range=(period.first, period.last), **{key: said for key, said in wanted.items() if said})
    if part.is_first is None:
        return found
    return found.filter(nth=1) if part.is_first else found.exclude(nth=1)


def orders(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Those of them that count."""
    return paid(period, part).filter(nth__isnull=False)


def refunded(period: Period, part: Slice) -> "QuerySet[Sale]":
    return paid(period, part).filter(refunded__gt=0)


def _of(part: Slice) -> "QuerySet[Sale]":
    counted = Sale.objects.filter(nth__isnull=False)
    if cohort := part.narrow.cohort:
        counted = counted.filter(first_on__year=cohort.year, first_on__month=cohort.month)
    return counted.filter(first_channel=part.channel) if part.channel else counted


def of_people(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Orders of the period by people who first came through the channel, or in the month."""
    return _of(part).filter(day__range=(period.first, period.last))


def of_cohort(period: Period, part: Slice) -> "QuerySet[Sale]":
    return of_people(period, part).filter(currency=part.currency)


def brought(period: Period, part: Slice) -> "QuerySet[Sale]":
    """All their orders up to the end."""
    return _of(part).filter(day__lte=period.last)


def ordered(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by their first order of the period."""
    return of_people(period, part).filter(Q(previous_on=None) | Q(previous_on__lt=period.first))


def ordered_twice(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by their second order of the period."""
    earlier = Q(second_previous_on=None) | Q(second_previous_on__lt=period.first)
    return of_people(period, part).filter(earlier, previous_on__gte=period.first)


def returning(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by their first order of the period, unless it is their only one by its end."""
    return ordered(period, part).filter(Q(nth__gt=1) | Q(next_on__lte=period.last))


def new(period: Period, part: Slice) -> "QuerySet[Sale]":
    return of_people(period, part).filter(nth=1)


def ever(period: Period, part: Slice) -> "QuerySet[Sale]":
    return brought(period, part).filter(nth=1)


def at_start(period: Period, part: Slice) -> "QuerySet[Sale]":
    return customers_on(period.first - DAY, part)


def at_end(period: Period, part: Slice) -> "QuerySet[Sale]":
    return customers_on(period.last, part)


def customers_on(day: date, part: Slice) -> "QuerySet[Sale]":
    """Each by their last order up to the day."""
    return _of(part).filter(Q(next_on=None) | Q(next_on__gt=day), day__gt=day - LASTS, day__lte=day)


def lost(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Customers who stopped being one: each by the order before the silence."""
    gone = _of(part).filter(day__gte=period.first - LASTS, day__lte=period.last - LASTS)
    return gone.filter(Q(next_on=None) | Q(next_on__gte=_later(F("day"), LASTS)))


def won_back(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Each by the order after the silence."""
    return of_people(period, part).filter(day__gte=_later(F("previous_on"), LASTS))


def watched(period: Period, part: Slice) -> "QuerySet[Sale]":
    """First orders of the year up to the end of the period."""
    return new(Period(period.last - LASTS + DAY, period.last), part)


def second_within_90(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Of these, those whose second order came within 90 days, each by their first."""
    came = watched(period, part).filter(next_on__lte=period.last)
    return came.filter(next_on__lte=_later(F("day"), timedelta(days=90)))


def by_days(period: Period, part: Slice) -> "QuerySet[Sale]":
    """People who had ordered on so many days by the end, each by their first order."""
    days = part.narrow.days or 1
    until = Sale.objects.filter(nth__isnull=False, day__lte=period.last).order_by().values("customer")
    often = until.annotate(n=Count("day", distinct=True)).filter(**{"n__gte" if days >= MOST else "n": days})
    return Sale.objects.filter(nth=1, customer__in=often.values("customer"))


def refunds(period: Period, part: Slice) -> "QuerySet[Refund]":
    begins, ends = moments(period)
    done = Refund.objects.filter(state=Refund.State.DONE, attempt__state=PaymentAttempt.State.CAPTURED)
    return done.filter(done_at__gte=begins, done_at__lt=ends, attempt__currency=part.currency)


def spend(period: Period, part: Slice) -> "QuerySet[Spend]":
    found = Spend.objects.filter(day__range=(period.first, period.last))
    return found.filter(channel=part.channel) if part.channel else found


def _later(day: F, days: timedelta) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(day + days, output_field=DateField())
