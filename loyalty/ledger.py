"""The one door to points: every verb is one balanced entry for one cause, and safe to repeat.

A verb locks the customer's account (after the customer, before stock, vouchers and offers) and writes in the caller's
transaction, or in one of its own. Asked again for a cause that is booked already it changes nothing and returns the entry
of then. Points are whole numbers; those that expire soonest are spent first, of those the oldest.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from loyalty import booking, expiry, programme, rows
from loyalty.booking import IsBooked, Move
from loyalty.models import Account, Entry, Lot, Posting, Pot, Programme, Rule
from shop.customers.models import Customer, User
from shop.events import log
from shop.events.catalog import (
    Event,
    PointsAvailable,
    PointsEarned,
    PointsReturned,
    PointsReversed,
    PointsSpent,
)
from shop.forks.order.models import Order
from shop.forks.races import racepoint

Kind = Entry.Kind
Reason = Entry.Reason
GIFTS = {Reason.BIRTHDAY, Reason.GOODWILL, Reason.CORRECTION}  # the shop gave them: nobody did anything for them
P = ParamSpec("P")
T = TypeVar("T")


class NotEnoughPoints(Exception):
    """The customer, or what is left of an entry, has fewer: `left`."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} points left")
        self.left = left


class NoSuchEntry(Exception):
    """Nothing was booked for this cause."""


class HoldIsOver(Exception):
    """The points were spent, or released, before."""


def _verb(act: Callable[P, T]) -> Callable[P, T]:
    """In the caller's transaction, or in one of its own.

    Verbs refuse before they move points (those that are over go in any case), so that a savepoint would guard nothing.
    """

    @wraps(act)
    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        if log.is_in_a_transaction():
            return act(*args, **kwargs)
        with transaction.atomic():
            return act(*args, **kwargs)

    return done


@_verb
def earn(
    customer: Customer,
    points: int,
    reason: str,
    *,
    cause: str,
    available_at: datetime | None = None,
    order: Order | None = None,
    rule: Rule | None = None,
    by: User | None = None,
    note: str = "",
    kind: str = Kind.EARN,
    now: datetime | None = None,
) -> Entry:
    """A lot of new points: pending until `available_at`; without it, or in the past, they are available at once."""
    _must_be_some(points)
    now = now or timezone.now()
    account = Account.objects.lock_for(customer)
    if found := _booked(kind, cause):
        return found
    starts = available_at or now
    pot = Pot.PENDING if starts > now else Pot.AVAILABLE
    lot = Lot(account=account, points=points, available_at=starts, lasts_months=programme.current().lasts_months)
    setattr(lot, pot, points)
    if pot is Pot.AVAILABLE:
        expiry.begin(lot, now)
    entry = Entry(
        account=account, kind=kind, reason=reason, cause=cause, points=points, order=order, rule=rule, by=by, note=note[:255]
    )
    booking.write(entry, [Move(lot, Pot.ISSUED, pot, points)], now)
    order_id = order.pk if order else 0
    _say(entry, PointsEarned(points=points, reason=str(reason), is_pending=pot is Pot.PENDING, order_id=order_id))
    if kind == Kind.EARN and reason not in GIFTS:
        expiry.renew(account, now)
    if pot is Pot.AVAILABLE:
        _repay(entry)
    return entry


@_verb
def make_available(cause: str, *, now: datetime | None = None) -> Entry | None:
    """The pending points of what was earned for a cause can be spent from now on; None if there are none."""
    now = now or timezone.now()
    earned = _locked(Kind.EARN, cause)
    if found := _booked(Kind.ACTIVATE, cause):
        return found
    lot = earned.lot
    if not lot.pending:
        return None
    expiry.begin(lot, now)
    lot.save(update_fields=["good_until", "expires_on"])
    entry = _following(earned, Kind.ACTIVATE, cause, lot.pending)
    booking.write(entry, [Move(lot, Pot.PENDING, Pot.AVAILABLE, lot.pending)], now)
    _say(entry, PointsAvailable(points=entry.points, order_id=entry.order_id or 0))
    _repay(entry)
    return entry


@_verb
def reschedule(cause: str, available_at: datetime) -> None:
    """Points that are still pending become available at another moment."""
    Lot.objects.filter(entry=_locked(Kind.EARN, cause), pending__gt=0).update(available_at=available_at)


@_verb
def hold(customer: Customer, points: int, *, cause: str, order: Order | None = None, now: datetime | None = None) -> Entry:
    """Set points aside until `spend_held` or `release` of the same cause. Raises `NotEnoughPoints`."""
    _must_be_some(points)
    now = now or timezone.now()
    account = Account.objects.lock_for(customer)
    expiry.end(account, now)
    lots = rows.spendable(account)
    try:
        moves = _all_of(lots, points, Pot.HELD)
        racepoint("ledger.checked")
        entry = Entry(account=account, kind=Kind.HOLD, cause=cause, points=points, order=order)
        booking.write(entry, moves, now, lots)
    except (IsBooked, NotEnoughPoints):
        if found := _booked(Kind.HOLD, cause):  # which may be why there are no more
            return found
        raise
    expiry.renew(account, now)
    return entry


@_verb
def spend_held(cause: str, *, now: datetime | None = None) -> Entry:
    """The points held for a cause are gone for good. Raises `HoldIsOver` if they were released."""
    found = rows.locked_with_lots(Kind.HOLD, cause)
    if found is None:
        raise NoSuchEntry(cause)
    held, moved = found
    entry = _following(held, Kind.SPEND, cause, held.points)
    try:
        booking.write(entry, [Move(lot, Pot.HELD, Pot.SPENT, points) for lot, points in moved], now or timezone.now())
    except IsBooked:
        return _ended(held, Kind.SPEND)
    _say(entry, PointsSpent(points=entry.points, order_id=entry.order_id or 0))
    return entry


@_verb
def release(cause: str, *, now: datetime | None = None) -> Entry:
    """The points held for a cause can be spent again. Raises `HoldIsOver` if they were spent.

    Those whose last day has passed meanwhile are good for the programme's days of grace.
    """
    now = now or timezone.now()
    held = _locked(Kind.HOLD, cause)
    if rows.is_ended(held):
        return _ended(held, Kind.RELEASE)
    expiry.end(held.account, now)  # grace is for what comes back, not for what the lot still has
    entry = _following(held, Kind.RELEASE, cause, held.points)
    moves = [Move(lot, Pot.HELD, Pot.AVAILABLE, points) for lot, points in rows.moved_by(held)]
    _give_grace(moves, now)
    booking.write(entry, moves, now)
    _repay(entry)
    return entry


@_verb
def give_back(cause: str, points: int | None = None, *, because: str, now: datetime | None = None) -> Entry | None:
    """Points spent for a cause return to the lots they came from, and end when those do; None if all are back.

    Without `points` all that is left. Those that were good longest come back first, and whatever has expired meanwhile is
    good for the programme's days of grace. Raises `NotEnoughPoints` for more than was spent.
    """
    now = now or timezone.now()
    spent = _locked(Kind.SPEND, cause)
    if found := _booked(Kind.RETURN, because):
        return found
    expiry.end(spent.account, now)
    left = _left_of(spent)
    total = sum(count for _, count in left)
    wanted = total if points is None else points
    if not wanted:
        return None
    if wanted > total:
        raise NotEnoughPoints(total)
    moves: list[Move] = []
    for lot, count in left:
        moves.append(Move(lot, Pot.SPENT, Pot.AVAILABLE, min(count, wanted - _sum(moves))))
    moves = [move for move in moves if move.points]
    _give_grace(moves, now)
    entry = booking.write(_following(spent, Kind.RETURN, because, wanted), moves, now)
    _say(entry, PointsReturned(points=entry.points, order_id=entry.order_id or 0))
    _repay(entry)
    return entry


@_verb
def reverse(
    cause: str, points: int | None = None, *, because: str, note: str = "", by: User | None = None, now: datetime | None = None
) -> Entry | None:
    """Take back what was earned for a cause, all of it or so many points; never more than it was. None if nothing is left.

    First from its own lot; for what was spent of that, from the customer's other points. What is not there is forgiven or
    owed, as the programme says; what has expired is nobody's any more.
    """
    now = now or timezone.now()
    earned = _locked_earning(cause)
    if found := _booked(Kind.REVERSE, because):
        return found
    expiry.end(earned.account, now)
    wanted = min(earned.points if points is None else points, _left_to_reverse(earned))
    if wanted <= 0:
        return None
    moves = _taken_back(earned, wanted)
    entry = _following(earned, Kind.REVERSE, because, _sum(moves))
    entry.forgiven, entry.note, entry.by = wanted - entry.points, note[:255], by
    booking.write(entry, moves, now)
    _say(entry, PointsReversed(points=entry.points, order_id=entry.order_id or 0))
    return entry


@_verb
def adjust(
    customer: Customer,
    points: int,
    *,
    by: User | None,
    note: str,
    cause: str,
    reason: str = Reason.CORRECTION,
    now: datetime | None = None,
) -> Entry:
    """Staff give points, or take them (a number below zero). Raises `NotEnoughPoints`. Who may give how many: `giving`."""
    if points > 0:
        return earn(customer, points, reason, cause=cause, by=by, note=note, kind=Kind.ADJUST, now=now)
    _must_be_some(-points)
    now = now or timezone.now()
    account = Account.objects.lock_for(customer)
    if found := _booked(Kind.TAKE, cause):
        return found
    expiry.end(account, now)
    moves = _all_of(rows.spendable(account), -points, Pot.REVERSED)
    entry = Entry(account=account, kind=Kind.TAKE, reason=reason, cause=cause, points=-points, by=by, note=note[:255])
    booking.write(entry, moves, now)
    _say(entry, PointsReversed(points=-points))
    return entry


def _repay(after: Entry) -> None:
    """Points that have just become available go to what is owed first."""
    account = after.account
    owed = min(account.debt, account.available)
    if owed:
        moves = booking.taken(account.lots.spendable(), owed, Pot.AVAILABLE, Pot.REVERSED)
        entry = _following(after, Kind.REPAY, f"{after.kind}:{after.cause}", owed)
        booking.write(entry, [*moves, Move(None, Pot.REVERSED, Pot.DEBT, owed)], after.happened_at)


def _all_of(lots: Iterable[Lot], points: int, target: Pot) -> list[Move]:
    """So many available points, from the lots that end soonest. Raises `NotEnoughPoints` for any fewer."""
    moves = booking.taken(lots, points, Pot.AVAILABLE, target)
    if _sum(moves) < points:
        raise NotEnoughPoints(_sum(moves))
    return moves


def _taken_back(earned: Entry, wanted: int) -> list[Move]:
    """Where the points to take back come from."""
    own = earned.lot
    moves = booking.taken([own], wanted, Pot.PENDING, Pot.REVERSED)
    moves += booking.taken([own], wanted - _sum(moves), Pot.AVAILABLE, Pot.REVERSED)
    # Expired points bought nothing: other lots stand in only for those that were spent.
    missing = min(wanted - _sum(moves), max(own.spent + own.held - _stood_in_for(earned), 0))
    others = earned.account.lots.spendable().exclude(pk=own.pk)
    stand_ins = booking.taken(others, missing, Pot.AVAILABLE, Pot.REVERSED)
    if programme.current().clawback == Programme.Clawback.DEBT:
        stand_ins.append(Move(None, Pot.DEBT, Pot.REVERSED, missing - _sum(stand_ins)))
    return moves + stand_ins


def _left_to_reverse(earned: Entry) -> int:
    """Points of an earning that nobody asked back yet; what was forgiven stays forgiven."""
    asked = earned.followers.filter(kind=Kind.REVERSE).aggregate(all=Sum(F("points") + F("forgiven"), default=0))["all"]
    return int(earned.points - asked)


def _stood_in_for(earned: Entry) -> int:
    """Points of other lots, or owed, that were taken back for this earning before."""
    taken = Posting.objects.filter(entry__undoes=earned, entry__kind=Kind.REVERSE).exclude(lot=earned.lot)
    return int(taken.aggregate(all=Sum("points", default=0))["all"])


def _left_of(spent: Entry) -> list[tuple[Lot, int]]:
    """What a spending took from each lot and did not come back; the lots that are good longest first."""
    left: Counter[Lot] = Counter()
    back = Q(entry__undoes=spent, entry__kind=Kind.RETURN)
    for posting in Posting.objects.filter(back | Q(entry=spent), lot__isnull=False).select_related("lot", "entry"):
        assert posting.lot is not None
        left[posting.lot] += posting.points if posting.entry_id == spent.pk else -posting.points
    lots = sorted(left, key=lambda lot: (lot.expires_on or date.max, lot.pk), reverse=True)
    return [(lot, left[lot]) for lot in lots if left[lot]]


def _give_grace(moves: Iterable[Move], now: datetime) -> None:
    """Points that come back after their last day are good a little longer."""
    today = timezone.localdate(now)
    for move in moves:
        lot = move.lot
        if lot and lot.expires_on and lot.expires_on < today:
            lot.expires_on = today + timedelta(days=programme.current().grace_days)
            lot.good_until = lot.good_until and max(lot.good_until, lot.expires_on)
            lot.save(update_fields=["expires_on", "good_until"])


def _locked(kind: str, cause: str) -> Entry:
    """The entry for a cause, with its account locked. Raises `NoSuchEntry`."""
    entry = rows.locked(kind, cause)
    if entry is None:
        raise NoSuchEntry(cause)
    return entry


def _locked_earning(cause: str) -> Entry:
    try:
        return _locked(Kind.EARN, cause)
    except NoSuchEntry:
        return _locked(Kind.ADJUST, cause)


def _following(entry: Entry, kind: str, cause: str, points: int) -> Entry:
    return Entry(
        account=entry.account, kind=kind, reason=entry.reason, cause=cause, points=points, order_id=entry.order_id, undoes=entry
    )


def _booked(kind: str, cause: str) -> Entry | None:
    if not rows.is_booked(kind, cause):
        return None
    return Entry.objects.filter(kind=kind, cause=cause).select_related("account__customer").first()


def _must_be_some(points: int) -> None:
    if isinstance(points, bool) or not isinstance(points, int) or points <= 0:
        raise ValueError(f"{points!r} is no number of points.")


def _ended(held: Entry, kind: str) -> Entry:
    """How a hold ended, if it was this way."""
    if found := _booked(kind, held.cause):
        return found
    raise HoldIsOver(held.cause)


def _sum(moves: Iterable[Move]) -> int:
    return sum(move.points for move in moves)


def _say(entry: Entry, event: Event) -> None:
    log.record(event, customer=entry.account.customer_id, happened_at=entry.happened_at)
