"""The programme as the merchant set it up: no query once a process knows it."""

import calendar
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone

from loyalty.models import Boost, Programme, Rule, Tier
from shop.content import kept
from shop.forks import money
from shop.forks.offer.models import Range, RangeProduct


def current() -> Programme:
    """The programme, or the defaults of one that is off. Not for changing: everybody sees the same object."""
    return kept.kept("loyalty-programme", lambda: Programme.objects.first() or Programme())


def rules() -> list[Rule]:
    """The last version of every rule that is on, the one that counts first; ask `is_in_force` of each."""
    return kept.kept("loyalty-rules", lambda: list(Rule.objects.standing().filter(is_on=True).order_by("-priority", "-pk")))


def boosts() -> list[Boost]:
    """Bonus days of now and later."""
    return kept.kept("loyalty-boosts", lambda: list(Boost.objects.filter(is_on=True, ends_at__gt=timezone.now())))


def tiers() -> list[Tier]:
    """All tiers, the lowest first."""
    return kept.kept("loyalty-tiers", lambda: list(Tier.objects.all()))


def rule_for(kind: str, now: datetime) -> Rule | None:
    """The one rule that counts for something other than a purchase; None while the programme is off."""
    if not current().is_on:
        return None
    return next((rule for rule in rules() if rule.kind == kind and rule.is_in_force(now)), None)


def worth(points: int) -> Decimal:
    """What so many points pay for, in the shop's currency."""
    return money.rounded_down(points * current().point_value, settings.OSCAR_DEFAULT_CURRENCY)


def last_day(available_at: datetime, months: int | None) -> date | None:
    """The last day on which points are good: the end of the month so many months on. None: for ever."""
    if months is None:
        return None
    day = timezone.localdate(available_at)
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def watch() -> None:
    """Have every process look again when the merchant changes something."""
    for model in (Programme, Rule, Boost, Tier, Range, RangeProduct):
        for name, signal in (("saved", post_save), ("deleted", post_delete)):
            signal.connect(kept.forget, sender=model, dispatch_uid=f"loyalty-{model.__name__}-{name}", weak=False)
    for through in (Range.included_categories, Range.excluded_categories, Range.classes, Range.excluded_products):
        sender = through.through
        m2m_changed.connect(kept.forget, sender=sender, dispatch_uid=f"loyalty-{sender.__name__}", weak=False)
