"""Tiers: reached by what somebody spends on goods within twelve months, left one step at a time and not at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from loyalty import programme
from loyalty.models import Account, Tier
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import TierLeft, TierReached
from shop.forks.order.models import Order
from shop.orders import statuses

YEAR = timedelta(days=365)
LOOKED_AT = 1000  # customers at once

# Goods of paid orders less their refunded units, each unit at what it was sold for (shop.payments.refunds writes that).
_SPENT = """
SELECT o.customer_id, sum(l.line_price_incl_tax) - coalesce(sum(back.amount), 0)
FROM order_order o
JOIN order_line l ON l.order_id = o.id
LEFT JOIN LATERAL (
    SELECT sum(rl.amount) AS amount FROM payments_refundline rl JOIN payments_refund r ON r.id = rl.refund_id
    WHERE rl.line_id = l.id AND r.state = 'done'
) back ON true
WHERE o.paid_at > %s AND o.paid_at <= %s AND o.status <> 'cancelled' AND o.customer_id = ANY(%s)
GROUP BY o.customer_id
"""


@dataclass(frozen=True)
class Progress:
    """How far it is to the next tier."""

    spend: Decimal
    tier: Tier | None
    next: Tier | None
    missing: Decimal
    percent: int
    ends_on: date | None  # the last day of the present tier, while less is spent than it asks for


def reached_by(spend: Decimal, tiers: Iterable[Tier]) -> Tier | None:
    """The highest tier for what somebody spends."""
    return max((tier for tier in tiers if tier.threshold <= spend), key=lambda tier: tier.threshold, default=None)


def progress_of(account: Account) -> Progress:
    """Where a customer stands among the tiers."""
    tiers = programme.tiers()
    here = account.tier
    above = next((tier for tier in tiers if tier.threshold > max(account.spend, here.threshold if here else Decimal(0))), None)
    missing = max(above.threshold - account.spend, Decimal(0)) if above else Decimal(0)
    percent = int(100 * account.spend / above.threshold) if above else 100
    return Progress(account.spend, here, above, missing, max(0, min(percent, 100)), account.tier_ends_on)


def spent_by(customer_ids: Iterable[int], now: datetime) -> dict[int, Decimal]:
    """What customers spent on goods in the twelve months up to a moment, net of refunds. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, [now - YEAR, now, list(customer_ids)])
        return {pk: max(spent, Decimal(0)) for pk, spent in cursor.fetchall()}


@transaction.atomic
def review(customer: Customer, now: datetime | None = None) -> Account | None:
    """Bring one customer's spend and tier up to date; None while there is no programme."""
    if not programme.current().is_on:
        return None
    now = now or timezone.now()
    account = Account.objects.lock_for(customer)
    before = (account.spend, account.tier_id, account.tier_ends_on)
    account.spend = spent_by([customer.pk], now).get(customer.pk, Decimal(0))
    _move(account, reached_by(account.spend, programme.tiers()), timezone.localdate(now))
    if before != (account.spend, account.tier_id, account.tier_ends_on):
        account.save(update_fields=["spend", "tier", "tier_since", "tier_ends_on"])
    return account


def review_all(now: datetime | None = None) -> int:
    """The same for everybody of whom it has changed by time alone; how many. Each is a transaction of its own.

    Who bought before there was a programme, or was imported, has no account yet, and is where they belong from now on.
    """
    if not programme.current().is_on:
        return 0
    now = now or timezone.now()
    accounts = Account.objects.filter(spend__gt=0) | Account.objects.filter(tier__isnull=False)
    bought = Order.objects.filter(paid_at__gt=now - YEAR, paid_at__lte=now).exclude(status=statuses.CANCELLED)
    have = Q(pk__in=accounts.values("customer")) | Q(pk__in=bought.values("customer"))
    ids = list(Customer.objects.known().filter(have).order_by("pk").values_list("pk", flat=True))
    return sum(_review_changed(ids[at : at + LOOKED_AT], now) for at in range(0, len(ids), LOOKED_AT))


def _review_changed(ids: list[int], now: datetime) -> int:
    """Those of these who would not stay as they are: to look at all takes two queries, to lock a million takes all night."""
    spent, known = spent_by(ids, now), {one.customer_id: one for one in Account.objects.filter(customer__in=ids)}
    changed = [pk for pk in ids if not _stays(known.get(pk) or Account(), spent.get(pk, Decimal(0)))]
    for person in Customer.objects.filter(pk__in=changed).order_by("pk"):
        review(person, now)
    return len(changed)


def _stays(account: Account, spend: Decimal) -> bool:
    earned = reached_by(spend, programme.tiers())
    return (account.spend, account.tier_id, account.tier_ends_on) == (spend, earned.pk if earned else None, None)


def _move(account: Account, earned: Tier | None, today: date) -> None:
    """Up at once; down by one step, when the grace is over."""
    here = account.tier
    if earned and (here is None or earned.threshold > here.threshold):
        _put(account, earned, today)
        log.record(TierReached(tier=earned.name), customer=account.customer)
    elif here is None or earned == here:
        account.tier_ends_on = None
    elif account.tier_ends_on is None:
        account.tier_ends_on = today + timedelta(days=programme.current().tier_grace_days)
    elif account.tier_ends_on < today:
        below = [tier for tier in programme.tiers() if tier.threshold < here.threshold]
        now_in = below[-1] if below else None
        _put(account, now_in, today)
        if now_in != earned:
            account.tier_ends_on = today + timedelta(days=programme.current().tier_grace_days)
        log.record(TierLeft(tier=here.name, now=now_in.name if now_in else ""), customer=account.customer)


def _put(account: Account, tier: Tier | None, today: date) -> None:
    account.tier, account.tier_since, account.tier_ends_on = tier, today, None


@dataclass(frozen=True)
class Mover:
    """Customers who would change tiers: so many from one to another."""

    before: str
    after: str
    count: int


def movers(tiers: Iterable[Tier]) -> list[Mover]:
    """Who would stand where if these were the tiers, by today's spend: how many for each move. Moves down come after grace."""
    wanted = list(tiers)
    counts: dict[tuple[str, str], int] = {}
    for spend, name in Account.objects.filter(customer__erased_at=None).values_list("spend", "tier__name"):
        tier = reached_by(spend, wanted)
        move = (name or "", tier.name if tier else "")
        counts[move] = counts.get(move, 0) + 1
    return [Mover(before, after, count) for (before, after), count in sorted(counts.items()) if before != after]
