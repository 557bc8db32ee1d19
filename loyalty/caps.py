"""The most that a kind of rule may earn: for an order, and for one customer in a day, a month and ever."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, Sum
from django.utils import timezone

from loyalty.models import Account, Entry, Rule

REASONS = {
    Rule.Kind.PURCHASE: Entry.Reason.ORDER,
    Rule.Kind.SIGN_UP: Entry.Reason.SIGN_UP,
    Rule.Kind.REVIEW: Entry.Reason.REVIEW,
    Rule.Kind.SURVEY: Entry.Reason.SURVEY,
    Rule.Kind.BIRTHDAY: Entry.Reason.BIRTHDAY,
    Rule.Kind.REFERRAL: Entry.Reason.REFERRAL,
    Rule.Kind.REFERRED: Entry.Reason.REFERRED,
}


def cut(points: int, rules: Iterable[Rule], account: Account | None, now: datetime) -> int:
    """What of these points the rules' caps let through. The tightest of several counts, over all points of their kind."""
    for rule in rules:
        points = min(points, rule.max_per_order if rule.max_per_order is not None else points)
        if account and _counts_days(rule):
            points = min(points, _room(rule, account, now))
    return max(points, 0)


def _counts_days(rule: Rule) -> bool:
    return any(most is not None for most in (rule.max_per_day, rule.max_per_month, rule.max_ever))


def _room(rule: Rule, account: Account, now: datetime) -> int:
    """How much more one customer may earn; what was taken back since makes no room."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    earned = Entry.objects.filter(account=account, kind=Entry.Kind.EARN, reason=REASONS[Rule.Kind(rule.kind)])
    sums = earned.aggregate(
        day=Sum("points", filter=Q(happened_at__gte=day), default=0),
        month=Sum("points", filter=Q(happened_at__gte=day.replace(day=1)), default=0),
        ever=Sum("points", default=0),
    )
    limits = {"day": rule.max_per_day, "month": rule.max_per_month, "ever": rule.max_ever}
    return min(int(most - sums[name]) for name, most in limits.items() if most is not None)
