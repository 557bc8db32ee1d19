"""Points that were not spent in time: each lot has a last day, an earlier one for those who neither earn nor spend."""

from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from loyalty import booking, programme
from loyalty.booking import Move
from loyalty.models import Account, Entry, Lot, Pot
from loyalty.models.accounts import LotQuerySet
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import PointsExpired, PointsExpiring

WARNING_DAYS = 14

# Held points come back to their lots; without a limit for idleness `least` leaves the day that every lot has anyway.
_RENEW = """
    UPDATE loyalty_lot SET expires_on = least(good_until, %(day)s::date), warned_on = NULL
    WHERE (available > 0 OR held > 0) AND expires_on IS DISTINCT FROM least(good_until, %(day)s::date)
"""
_SUM_UP = """
    UPDATE loyalty_account AS account SET (expires_on, expiring) = (
        SELECT max(expires_on), coalesce(max(points), 0) FROM (
            SELECT expires_on, sum(available) AS points FROM loyalty_lot
            WHERE account_id = account.id AND available > 0 AND expires_on IS NOT NULL
            GROUP BY expires_on ORDER BY expires_on LIMIT 1
        ) AS soonest
    )
"""


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


def begin(lot: Lot, now: datetime) -> None:
    """Points become available: until when they are good."""
    lot.good_until = programme.last_day(now, lot.lasts_months)
    lot.expires_on = min(filter(None, (lot.good_until, _idle_until(now))), default=None)


def renew(account: Account, now: datetime) -> None:
    """Its owner has earned or spent: what is over ends, and the months of idleness begin anew for the rest of this account."""
    end(account, now)
    if programme.current().idle_months:
        with connection.cursor() as cursor:
            cursor.execute(_RENEW + " AND account_id = %(account)s", {"day": _idle_until(now), "account": account.pk})
            cursor.execute(_SUM_UP + " WHERE id = %s RETURNING expires_on, expiring", [account.pk])
            ((account.expires_on, account.expiring),) = cursor.fetchall()


@transaction.atomic
def renew_all(now: datetime | None = None) -> None:
    """The merchant changed how long points outlast idleness: it counts for everybody from now on."""
    list(Account.objects.order_by("pk").select_for_update().values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, {"day": _idle_until(now or timezone.now())})
        cursor.execute(_SUM_UP)


def _idle_until(now: datetime) -> date | None:
    return programme.last_day(now, programme.current().idle_months)


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
