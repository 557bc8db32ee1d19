"""Points that were not spent in time."""

from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from loyalty import booking
from loyalty.booking import Move
from loyalty.models import Account, Entry, Lot, Pot
from loyalty.models.accounts import LotQuerySet
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import PointsExpired, PointsExpiring

WARNING_DAYS = 14


def run(now: datetime | None = None) -> int:
    """Let all points go whose last day is over; for how many customers. Each is a transaction of its own."""
    now = now or timezone.now()
    people = _with(Lot.objects.out_of_date(timezone.localdate(now)))
    for person in people:
        with transaction.atomic():
            end(Account.objects.lock_for(person), now)
    return len(people)


def end(account: Account, now: datetime) -> None:
    """One entry for each day after which points of this locked account are over."""
    if account.expires_on is None or account.expires_on >= timezone.localdate(now):
        return
    lots = account.lots.out_of_date(timezone.localdate(now)).order_by("expires_on", "pk")
    for day, same_day in groupby(lots, key=lambda lot: lot.expires_on):
        moves = [Move(lot, Pot.AVAILABLE, Pot.EXPIRED, lot.available) for lot in same_day]
        points = sum(move.points for move in moves)
        booking.write(Entry(account=account, kind=Entry.Kind.EXPIRE, cause=f"{account.pk}:{day}", points=points), moves, now)
        log.record(PointsExpired(points=points), customer=account.customer, happened_at=now)


def warn(now: datetime | None = None) -> int:
    """Record, two weeks ahead and once for each last day, that points will expire; for how many customers."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    people = _with(_near(today))
    for person in people:
        with transaction.atomic():
            _warn(Account.objects.lock_for(person), today)
    return len(people)


def _warn(account: Account, today: date) -> None:
    lots = _near(today).filter(account=account)
    for near in lots.order_by("expires_on").values("expires_on").annotate(all=Sum("available")):
        event = PointsExpiring(points=near["all"], expires_on=str(near["expires_on"]))
        log.record(event, customer=account.customer)
    lots.update(warned_on=today)


def _near(today: date) -> LotQuerySet:
    """Lots that end soon and of which nothing was said yet."""
    return Lot.objects.filter(available__gt=0, warned_on=None, expires_on__range=(today, today + timedelta(days=WARNING_DAYS)))


def _with(lots: LotQuerySet) -> list[Customer]:
    return list(Customer.objects.filter(loyalty_account__in=lots.values("account")).order_by("pk"))
