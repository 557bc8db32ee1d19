"""The books in plain SQL: what every spending reads and writes, without building the same statements anew each time.

For `loyalty.ledger` and `loyalty.booking` only. Building its queries was most of what redeeming points cost.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from loyalty.models import Account, Entry, Lot
from shop.customers.models import Customer
from shop.forks.races import is_guarded

_BOOKED = "SELECT 1 FROM loyalty_entry WHERE kind = %s AND cause = %s"
_ENDED = "SELECT 1 FROM loyalty_entry WHERE undoes_id = %s AND kind IN ('spend', 'release')"
_ENTRY = "SELECT * FROM loyalty_entry WHERE kind = %s AND cause = %s"
_ACCOUNT = "SELECT * FROM loyalty_account WHERE id = %s"
_CUSTOMER = "SELECT * FROM customers_customer WHERE id = %s"
_SPENDABLE = "SELECT * FROM loyalty_lot WHERE account_id = %s AND available > 0 ORDER BY expires_on NULLS LAST, id"
_MOVED = """
    SELECT lot.*, posting.points AS moved FROM loyalty_posting posting JOIN loyalty_lot lot ON lot.id = posting.lot_id
    WHERE posting.entry_id = %s ORDER BY posting.id
"""
_SOONEST = """
    SELECT expires_on, sum(available) FROM loyalty_lot WHERE account_id = %s AND available > 0 AND expires_on IS NOT NULL
    GROUP BY expires_on ORDER BY expires_on LIMIT 1
"""


def is_booked(kind: str, cause: str) -> bool:
    """Whether there is an entry of this kind for a cause."""
    return _one(_BOOKED, [kind, cause]) is not None


def is_ended(entry: Entry) -> bool:
    """Whether points that were held have been spent or released."""
    return _one(_ENDED, [entry.pk]) is not None


def locked(kind: str, cause: str) -> Entry | None:
    """The entry for a cause with its account, which is locked, and its customer."""
    for entry in Entry.objects.raw(_ENTRY, [kind, cause]):
        lock = " FOR UPDATE" if is_guarded("points") else ""
        (entry.account,) = Account.objects.raw(_ACCOUNT + lock, [entry.account_id])
        (entry.account.customer,) = Customer.objects.raw(_CUSTOMER, [entry.account.customer_id])
        return entry
    return None


def spendable(account: Account) -> list[Lot]:
    """As `Lot.objects.spendable()`: those that expire soonest first."""
    return list(Lot.objects.raw(_SPENDABLE, [account.pk]))


def moved_by(entry: Entry) -> list[tuple[Lot, int]]:
    """The lots whose points an entry moved, and how many."""
    return [(lot, int(vars(lot)["moved"])) for lot in Lot.objects.raw(_MOVED, [entry.pk])]


def next_to_expire(account: Account) -> tuple[date | None, int]:
    """The last day of the points that expire next, and how many they are."""
    return _one(_SOONEST, [account.pk]) or (None, 0)


def add(row: Account | Lot, change: Mapping[str, int], also: Mapping[str, object]) -> None:
    """Add to columns where they are, and set others."""
    sets = [f'"{name}" = "{name}" + %s' for name in change] + [f'"{name}" = %s' for name in also]
    if sets:
        with connection.cursor() as cursor:
            values: list[Any] = [*change.values(), *also.values(), row.pk]
            cursor.execute(f'UPDATE "{row._meta.db_table}" SET {", ".join(sets)} WHERE id = %s', values)  # noqa: S608  our own names


def _one(sql: str, values: list[Any]) -> tuple | None:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: tuple | None = cursor.fetchone()  # type: ignore[type-arg]
        return found
