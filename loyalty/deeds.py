"""Points for what people do besides buying: open an account, write, answer, have a birthday."""

import calendar
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from loyalty import caps, ledger, programme
from loyalty.models import Account, Entry, Rule
from shop.customers.models import Customer
from shop.forks.order.models import Order

SETTLED_BIRTHDAY = timedelta(days=30)  # a birthday written down later than this before it earns nothing this year


@transaction.atomic
def reward(
    customer: Customer, kind: str, *, cause: str, order: Order | None = None, now: datetime | None = None
) -> Entry | None:
    """What the rule of this kind gives for it, once for each cause; None where no rule, or no room under its caps, is left."""
    now = now or timezone.now()
    rule = programme.rule_for(kind, now)
    if rule is None or not rule.points or not _may_earn(customer):
        return None
    Account.objects.lock_for(customer)
    points = caps.cut(rule.points, [rule], customer, now)
    if not points:
        return Entry.objects.filter(kind=Entry.Kind.EARN, cause=cause).first()
    reason = caps.REASONS[Rule.Kind(kind)]
    return ledger.earn(customer, points, reason, cause=cause, rule=rule, order=order, now=now)


def is_refused(email: str | None) -> bool:
    """Whether an address belongs to a domain, or one below it, from which the merchant expects no real people."""
    domain = (email or "").rpartition("@")[2].lower()
    refused = {line.strip().lower().lstrip("@") for line in programme.current().refused_domains.splitlines()} - {""}
    parts = domain.split(".")
    return any(".".join(parts[at:]) in refused for at in range(len(parts)))


def reward_birthdays(today: date | None = None) -> int:
    """Birthday points for everybody whose day it is; how many. In other years those of 29 February have theirs on the 28th."""
    today = today or timezone.localdate()
    if programme.rule_for(Rule.Kind.BIRTHDAY, timezone.now()) is None:
        return 0
    is_day = Q(birth_month=today.month, birth_day=today.day)
    if (today.month, today.day) == (2, 28) and not calendar.isleap(today.year):
        is_day |= Q(birth_month=2, birth_day=29)
    settled = today - SETTLED_BIRTHDAY
    in_time = Q(birthday_changed_at__date__lte=settled) | Q(birthday_changed_at=None, created_at__date__lte=settled)
    people = Customer.objects.known().filter(is_day & in_time, user__isnull=False)
    gifts = [reward(one, Rule.Kind.BIRTHDAY, cause=f"birthday:{one.pk}:{today.year}") for one in people.order_by("pk")]
    return sum(gift is not None for gift in gifts)


def _may_earn(customer: Customer) -> bool:
    if customer.erased_at:
        return False
    return bool(customer.user_id) or programme.current().earns_for_guests
