"""Writing an entry down: it, its postings, and the sums of the lots and the account, in the caller's transaction.

For `loyalty.ledger`, `loyalty.expiry` and `loyalty.merging` only; everybody else goes through the ledger's verbs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F

from loyalty import rows
from loyalty.models import OF_LOTS, Account, Entry, Lot, Pot
from loyalty.rows import Posted, Soonest


class IsBooked(Exception):
    """An entry for this cause is there, or what this one would end has ended."""


class Move(NamedTuple):
    """So many points of a lot, from one pot into another. Only what is owed has no lot."""

    lot: Lot | None
    source: Pot
    target: Pot
    points: int


def write(entry: Entry, moves: Iterable[Move], now: datetime, spendable: Sequence[Lot] | None = None) -> Entry:
    """The entry, booked on its account, which must be locked. A new lot comes with its points in their pot.

    Who has read all lots with points to spend hands them over: that saves a look. Raises `IsBooked`, and has written
    nothing then.
    """
    moves = [move for move in moves if move.points]
    entry.happened_at = now
    for move in moves:
        if move.lot and move.source is Pot.ISSUED:
            entry.save(force_insert=True)
            move.lot.entry = entry
            move.lot.save(force_insert=True)
    posted = [Posted(lot.pk if lot else None, source.value, target.value, points) for lot, source, target, points in moves]
    of_account = _change_of_account(moves)
    of_lots = _changes_of_lots(moves)
    soonest = _soonest(spendable, of_lots) if spendable and of_account.get(Pot.AVAILABLE) else None
    if not rows.book(entry, posted, of_lots, of_account, soonest):
        raise IsBooked
    for name, points in of_account.items():
        setattr(entry.account, name, getattr(entry.account, name) + points)
    return entry


def taken(lots: Iterable[Lot], points: int, source: Pot, target: Pot) -> list[Move]:
    """Moves that take so many points from the lots, in their order; fewer if there are not so many."""
    moves = []
    for lot in lots:
        share = min(getattr(lot, source), points)
        if share:
            moves.append(Move(lot, source, target, share))
            points -= share
    return moves


def _changes_of_lots(moves: Iterable[Move]) -> dict[int, Counter[str]]:
    """What is added to each pot of each lot; a new one has its points already."""
    changes: dict[int, Counter[str]] = defaultdict(Counter)
    for lot, source, target, points in moves:
        if lot and source is not Pot.ISSUED:
            changes[lot.pk][source.value] -= points
            changes[lot.pk][target.value] += points
    return changes


def _soonest(spendable: Iterable[Lot], changes: Mapping[int, Mapping[str, int]]) -> Soonest:
    """What expires next once these lots have changed."""
    left: Counter[date] = Counter()
    for lot in spendable:
        if lot.expires_on:
            left[lot.expires_on] += lot.available + changes.get(lot.pk, {}).get(Pot.AVAILABLE, 0)
    return min((+left).items(), default=(None, 0))


def _change_of_account(moves: Iterable[Move]) -> dict[str, int]:
    """What is added to each sum of the account."""
    change: Counter[str] = Counter()
    for lot, source, target, points in moves:
        if lot is None:
            change["debt"] += points if source is Pot.DEBT else -points
        elif source is Pot.ISSUED:
            change["earned"] += points
            change[target.value] += points
        else:
            change[source.value] -= points
            change[target.value] += points
    return {name: points for name, points in change.items() if points}


def join(into: Account, gone: Account) -> None:
    """The lots and entries of one locked account become those of another; what is owed is added."""
    Lot.objects.filter(account=gone).update(account=into)
    Entry.objects.filter(account=gone).update(account=into)
    added = {name: F(name) + getattr(gone, name) for name in ("earned", "debt", *OF_LOTS)}
    opened_at = min(into.opened_at, gone.opened_at)
    gone.delete()
    Account.objects.filter(pk=into.pk).update(**added, opened_at=opened_at)
    rows.look_again([into.pk])
    into.refresh_from_db()
