"""The books in plain SQL: what every spending reads and writes, in as few statements as the locks allow.

For `loyalty.ledger`, `loyalty.booking` and `loyalty.expiry` only. Building queries was most of what redeeming points cost.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from loyalty.models import OF_LOTS, Account, Entry, Lot, Pot
from loyalty.models.accounts import accounts, lock
from loyalty.models.reading import Reader, rows

entries, lots = Reader(Entry, "entry"), Reader(Lot, "lot")

_BOOKED = "SELECT 1 FROM loyalty_entry WHERE kind = %s AND cause = %s"
_ENDED = "SELECT 1 FROM loyalty_entry WHERE undoes_id = %s AND kind IN ('spend', 'release')"
_LOCKED = """
    SELECT {}, {} FROM loyalty_entry entry JOIN loyalty_account account ON account.id = entry.account_id
    WHERE kind = %s AND cause = %s
"""
_LOCKED_WITH_LOTS = """
    SELECT {}, {}, {}, posting.points
    FROM loyalty_entry entry JOIN loyalty_account account ON account.id = entry.account_id
    JOIN loyalty_posting posting ON posting.entry_id = entry.id JOIN loyalty_lot lot ON lot.id = posting.lot_id
    WHERE kind = %s AND cause = %s ORDER BY posting.id
"""
_SPENDABLE = "FROM loyalty_lot lot WHERE account_id = %s AND available > 0 ORDER BY expires_on NULLS LAST, id"
_MOVED = """
    SELECT {}, posting.points FROM loyalty_posting posting JOIN loyalty_lot lot ON lot.id = posting.lot_id
    WHERE posting.entry_id = %s ORDER BY posting.id
"""

# Booking an entry is one statement. Where the entry is there already, the parts that follow it find nothing to do.
_ENTRY = ("account_id", "kind", "reason", "cause", "points", "forgiven", "order_id", "undoes_id", "rule_id", "by_id", "note")
_NEW = """entry AS (
    INSERT INTO loyalty_entry
        (account_id, kind, reason, cause, points, forgiven, order_id, undoes_id, rule_id, by_id, note, happened_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
)"""
_KNOWN = "entry AS (SELECT %s::bigint AS id)"
_POSTED = """posted AS (
    INSERT INTO loyalty_posting (entry_id, lot_id, source, target, points)
    SELECT entry.id, lot_id::bigint, source, target, points FROM entry, (VALUES {}) AS move (lot_id, source, target, points)
)"""
_CHANGED = """changed AS (
    UPDATE loyalty_lot AS lot SET
        pending = lot.pending + change.pending, available = lot.available + change.available, held = lot.held + change.held,
        spent = lot.spent + change.spent, expired = lot.expired + change.expired, reversed = lot.reversed + change.reversed
    FROM entry, (VALUES {}) AS change (id, pending, available, held, spent, expired, reversed) WHERE lot.id = change.id
    RETURNING lot.id, lot.expires_on, lot.available
)"""
_UNCHANGED = "changed AS (SELECT id, expires_on, available FROM loyalty_lot WHERE false)"
# A statement does not see what it writes itself: the lots that it changes are as `changed` says.
_SOONEST = """(expires_on, expiring) = (
    SELECT max(expires_on), coalesce(max(points), 0) FROM (
        SELECT expires_on, sum(available) AS points FROM (
            SELECT expires_on, available FROM changed
            UNION ALL SELECT expires_on, available FROM loyalty_lot
            WHERE account_id = account.id AND available > 0 AND id NOT IN (SELECT id FROM changed)
        ) AS lot WHERE available > 0 AND expires_on IS NOT NULL GROUP BY expires_on ORDER BY expires_on LIMIT 1
    ) AS soonest
)"""
_ACCOUNT = """
    UPDATE loyalty_account AS account SET {} FROM entry WHERE account.id = %s
    RETURNING entry.id, account.expires_on, account.expiring
"""
_LOOK_AGAIN = """
    UPDATE loyalty_account AS account SET (expires_on, expiring) = (
        SELECT max(expires_on), coalesce(max(points), 0) FROM (
            SELECT expires_on, sum(available) AS points FROM loyalty_lot
            WHERE account_id = account.id AND available > 0 AND expires_on IS NOT NULL
            GROUP BY expires_on ORDER BY expires_on LIMIT 1
        ) AS soonest
    ) WHERE id = ANY(%s) RETURNING id, expires_on, expiring
"""


Soonest = tuple[date | None, int]  # the last day of the points that expire next, and how many they are


class Posted(NamedTuple):
    """So many points of a lot, or of none, from one pot into another."""

    lot_id: int | None
    source: str
    target: str
    points: int


def is_booked(kind: str, cause: str) -> bool:
    """Whether there is an entry of this kind for a cause."""
    return bool(rows(_BOOKED, [kind, cause]))


def is_ended(entry: Entry) -> bool:
    """Whether points that were held have been spent or released."""
    return bool(rows(_ENDED, [entry.pk]))


def locked(kind: str, cause: str) -> Entry | None:
    """The entry for a cause with its account, which is locked."""
    statement = _LOCKED.format(accounts.columns, entries.columns) + lock()
    # The account is gone when its owner has just become one with another customer: the entry has moved then.
    for row in rows(statement, [kind, cause]) or rows(statement, [kind, cause]):
        entry = entries.made(accounts.rest(row))
        entry.account = accounts.made(row)
        return entry
    return None


def locked_with_lots(kind: str, cause: str) -> tuple[Entry, list[tuple[Lot, int]]] | None:
    """The same, and the lots whose points it moved, as they were before the lock: only for adding to them."""
    statement = _LOCKED_WITH_LOTS.format(accounts.columns, entries.columns, lots.columns) + lock()
    found = rows(statement, [kind, cause]) or rows(statement, [kind, cause])
    if not found:
        return None
    entry = entries.made(accounts.rest(found[0]))
    entry.account = accounts.made(found[0])
    of_lots = [entries.rest(accounts.rest(row)) for row in found]
    return entry, [(lots.made(row), lots.rest(row)[0]) for row in of_lots]


def spendable(account: Account) -> list[Lot]:
    """As `Lot.objects.spendable()`: those that expire soonest first."""
    return lots.read(_SPENDABLE, [account.pk])


def moved_by(entry: Entry) -> list[tuple[Lot, int]]:
    """The lots whose points an entry moved, and how many."""
    found = rows(_MOVED.format(lots.columns), [entry.pk])
    return [(lots.made(row), points) for row in found for (points,) in [lots.rest(row)]]


def book(
    entry: Entry,
    posted: Sequence[Posted],
    of_lots: Mapping[int, Mapping[str, int]],
    of_account: Mapping[str, int],
    soonest: Soonest | None = None,
) -> bool:
    """Write an entry (unless it has its number), its postings, and what they add to its lots and its account.

    `soonest` is looked up where it is not known. False if the cause is booked already, or what the entry ends has ended:
    then nothing is written.
    """
    account = entry.account
    changes = [(pk, *(change.get(pot, 0) for pot in OF_LOTS)) for pk, change in of_lots.items()]
    sets = [f"{name} = account.{name} + %s" for name in of_account] or ["id = account.id"]
    parts = [
        _KNOWN if entry.pk else _NEW,
        *([_POSTED.format(_places(posted))] if posted else []),
        _CHANGED.format(_places(changes)) if changes else _UNCHANGED,
    ]
    if of_account.get(Pot.AVAILABLE):
        sets.append("expires_on = %s::date, expiring = %s" if soonest else _SOONEST)
    values = [entry.pk] if entry.pk else [*(getattr(entry, name) for name in _ENTRY), entry.happened_at]
    values += [*chain.from_iterable(posted), *chain.from_iterable(changes), *of_account.values(), *(soonest or ()), account.pk]
    found = rows(f"WITH {', '.join(parts)} {_ACCOUNT.format(', '.join(sets))}", values)
    if found:
        entry.pk, account.expires_on, account.expiring = found[0]
        entry._state.adding, entry._state.db = False, account._state.db
    return bool(found)


def look_again(account_ids: Iterable[int]) -> dict[int, Soonest]:
    """Bring what expires next in line with the lots of these accounts, which must be locked; what it is now, by account."""
    return {pk: (day, points) for pk, day, points in rows(_LOOK_AGAIN, [list(account_ids)])}


def _places(table: Iterable[Sequence[Any]]) -> str:
    """Where the values of a VALUES list go."""
    return ", ".join(f"({', '.join(['%s'] * len(row))})" for row in table)
