"""Writing an entry down: it, its postings, and the sums of the lots and the account, in the caller's transaction.

For `loyalty.ledger` only; everybody else goes through its verbs.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from loyalty import rows
from loyalty.models import OF_LOTS, Account, Entry, Lot, Posting, Pot


class Move(NamedTuple):
    """So many points of a lot, from one pot into another. Only what is owed has no lot."""

    lot: Lot | None
    source: Pot
    target: Pot
    points: int


def write(entry: Entry, moves: Iterable[Move], now: datetime) -> Entry:
    """The entry, booked on its account, which must be locked. A new lot comes with its points in their pot."""
    moves = [move for move in moves if move.points]
    entry.happened_at = now
    entry.save(force_insert=True)
    for move in moves:
        if move.lot and move.source is Pot.ISSUED:
            move.lot.entry = entry
            move.lot.save(force_insert=True)
    Posting.objects.bulk_create(
        Posting(entry=entry, lot=move.lot, source=move.source, target=move.target, points=move.points) for move in moves
    )
    _sum_up_lots([move for move in moves if move.lot and move.source is not Pot.ISSUED])
    _sum_up_account(entry.account, moves)
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


def _sum_up_lots(moves: Iterable[Move]) -> None:
    changes: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lots: dict[int, Lot] = {}
    for lot, source, target, points in moves:
        assert lot is not None
        lots[lot.pk] = lot
        changes[lot.pk][source.value] -= points
        changes[lot.pk][target.value] += points
    for pk, change in sorted(changes.items()):
        _change(lots[pk], change)


def _sum_up_account(account: Account, moves: Iterable[Move]) -> None:
    change: dict[str, int] = defaultdict(int)
    for lot, source, target, points in moves:
        if lot is None:
            change["debt"] += points if source is Pot.DEBT else -points
            continue
        if source is Pot.ISSUED:
            change["earned"] += points
        else:
            change[source.value] -= points
        change[target.value] += points
    # Held points that are spent were not available: what expires next stays.
    _change(account, change, **(_next_to_expire(account) if change["available"] else {}))


def join(into: Account, gone: Account) -> None:
    """The lots and entries of one locked account become those of another; what is owed is added."""
    Lot.objects.filter(account=gone).update(account=into)
    Entry.objects.filter(account=gone).update(account=into)
    into.opened_at = min(into.opened_at, gone.opened_at)
    change = {name: getattr(gone, name) for name in ("earned", "debt", *OF_LOTS)}
    gone.delete()
    _change(into, change, opened_at=into.opened_at, **_next_to_expire(into))


def _next_to_expire(account: Account) -> dict[str, Any]:
    day, points = rows.next_to_expire(account)
    return {"expires_on": day, "expiring": points}


def _change(row: Account | Lot, change: dict[str, int], **also: object) -> None:
    """Add to the columns where they are: even without a lock the database would let none fall below zero."""
    rows.add(row, {name: points for name, points in change.items() if points}, also)
    for name, points in change.items():
        setattr(row, name, getattr(row, name) + points)
    for name, value in also.items():
        setattr(row, name, value)
