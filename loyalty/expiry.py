"""Points that were not spent in time: each lot has a last day, an earlier one for those who neither earn nor spend."""

from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from loyalty import booking, programme, rows
from loyalty.booking import Move
from loyalty.models import Account, Entry, Lot, Pot, reading
from loyalty.models.accounts import LotQuerySet
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import PointsExpired, PointsExpiring
from shop.forks.races import is_guarded

WARNING_DAYS = 14

# Of all lots that are not over and have points, or may get some back: those that are held, and those that were spent.
# Without a limit for idleness `least` leaves the day that every lot has anyway.
_RENEW = """
    UPDATE loyalty_lot SET expires_on = least(good_until, %(day)s::date), warned_on = NULL
    WHERE account_id = ANY(%(accounts)s) AND available + held + spent > 0
        AND (expires_on IS NULL OR expires_on >= %(today)s)
        AND expires_on IS DISTINCT FROM least(good_until, %(day)s::date)
    RETURNING account_id
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
        _write(account, f"{account.pk}:{day}", points, moves, now)
        log.record(PointsExpired(points=points), customer=account.customer, happened_at=now)


def _write(account: Account, cause: str, points: int, moves: list[Move], now: datetime) -> None:
    """Once more under another cause if the day is booked: who looked at the clock before midnight and then waited for the
    account may have brought points back to a day that was over."""
    ended = Entry.objects.filter(kind=Entry.Kind.EXPIRE, cause__startswith=f"{cause}:")
    try:
        booking.write(Entry(account=account, kind=Entry.Kind.EXPIRE, cause=cause, points=points), moves, now)
    except booking.IsBooked:
        cause = f"{cause}:{ended.count() + 1}"
        booking.write(Entry(account=account, kind=Entry.Kind.EXPIRE, cause=cause, points=points), moves, now)


def begin(lot: Lot, now: datetime) -> None:
    """Points become available: until when they are good."""
    lot.good_until = programme.last_day(now, lot.lasts_months)
    lot.expires_on = min(filter(None, (lot.good_until, _idle_until(now))), default=None)


def renew(account: Account, now: datetime) -> None:
    """Its owner has earned or spent: what is over ends, and the months of idleness begin anew for the rest of this account."""
    end(account, now)
    if programme.current().idle_months:
        for day, points in _renewed([account.pk], now).values():
            account.expires_on, account.expiring = day, points


@transaction.atomic
def renew_all(now: datetime | None = None) -> None:
    """The merchant changed how long points outlast idleness: it counts from now on for all points that are not over."""
    # In the order in which whoever locks two accounts does it: neither waits for the other in a circle. Every account:
    # one that has nothing yet may be getting the lots of another.
    order = "customer_id" if is_guarded("account_order") else "pk"
    locked = Account.objects.order_by(order).select_for_update().values_list("pk", flat=True)
    _renewed(list(locked), now or timezone.now())


def _renewed(account_ids: list[int], now: datetime) -> dict[int, rows.Soonest]:
    """Renew the lots of these locked accounts; what ends next in those of which a lot has changed."""
    days = {"day": _idle_until(now), "today": timezone.localdate(now)}
    changed = reading.rows(_RENEW, {"accounts": account_ids, **days})
    return rows.look_again({pk for (pk,) in changed}) if changed else {}


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
