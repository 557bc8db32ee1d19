"""The most that a kind of rule may earn: for an order, and for one customer in a day, a month and ever."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from loyalty.models import Entry, Promise, Rule
from shop.customers.models import Customer
from shop.orders import statuses

REASONS = {
    Rule.Kind.PURCHASE: Entry.Reason.ORDER,
    Rule.Kind.SIGN_UP: Entry.Reason.SIGN_UP,
    Rule.Kind.REVIEW: Entry.Reason.REVIEW,
    Rule.Kind.SURVEY: Entry.Reason.SURVEY,
    Rule.Kind.BIRTHDAY: Entry.Reason.BIRTHDAY,
    Rule.Kind.REFERRAL: Entry.Reason.REFERRAL,
    Rule.Kind.REFERRED: Entry.Reason.REFERRED,
}


def cut(points: int, rules: Iterable[Rule], customer: Customer | None, now: datetime) -> int:
    """What of these points the rules' caps let through. The tightest of several counts, over all points of their kind."""
    for rule in rules:
        points = min(points, rule.max_per_order if rule.max_per_order is not None else points)
        if customer and _counts_days(rule):
            points = min(points, _room(rule, customer, now))
    return max(points, 0)


def _counts_days(rule: Rule) -> bool:
    return any(most is not None for most in (rule.max_per_day, rule.max_per_month, rule.max_ever))


def _room(rule: Rule, customer: Customer, now: datetime) -> int:
    """How much more one customer may earn; what was taken back since makes no room."""
    earned = Entry.objects.filter(account__customer=customer, kind=Entry.Kind.EARN, reason=REASONS[Rule.Kind(rule.kind)])
    had = [_summed(earned, "happened_at", now)]
    if rule.kind == Rule.Kind.PURCHASE:
        had.append(_summed(_promised(customer), "order__date_placed", now))
    limits = {"day": rule.max_per_day, "month": rule.max_per_month, "ever": rule.max_ever}
    return min(most - sum(sums[name] for sums in had) for name, most in limits.items() if most is not None)


def _promised(customer: Customer) -> QuerySet[Promise]:
    """Of orders that are not paid yet: of two that wait each will earn what it says."""
    booked = Entry.objects.filter(order=OuterRef("order"), kind=Entry.Kind.EARN, reason=Entry.Reason.ORDER)
    standing = Promise.objects.filter(order__customer=customer).exclude(order__status=statuses.CANCELLED)
    return standing.filter(~Exists(booked))


def _summed(rows: QuerySet[Any], when: str, now: datetime) -> dict[str, int]:
    """The points of rows of this day, this month and ever, on the shop's clock."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.aggregate(
        day=Sum("points", filter=Q(**{f"{when}__gte": day}), default=0),
        month=Sum("points", filter=Q(**{f"{when}__gte": day.replace(day=1)}), default=0),
        ever=Sum("points", default=0),
    )
