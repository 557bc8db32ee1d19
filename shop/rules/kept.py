"""The merchant's rules as plain objects: built once for each process, and again when a row they come from has changed.

Prices and promises rest on them, so they are never out of date: the database notes every change of a watched table
(`shop.rules.watching`), and who asks for a rule looks at the notes first, one small query. What may lag behind by a
moment, like texts and menus, is kept by `shop.content.kept` without any.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import connection

Value = TypeVar("Value")
Stamps = dict[str, Any]

_look: ContextVar[list[Stamps] | None] = ContextVar("look", default=None)


class Kept(Generic[Value]):
    """Call it for the value. Everybody gets the same object: it is not for changing.

    `build` reads whole rows with the texts of all languages; `tables` are all that it reads, each one watched.
    """

    def __init__(self, build: Callable[[], Value], *tables: str) -> None:
        self.build, self.tables = build, tables
        self._found: tuple[list[Any], Value] | None = None

    def __call__(self) -> Value:
        stamps = _stamps()
        wanted = [stamps.get(table) for table in self.tables]
        found = self._found
        if found is None or found[0] != wanted:
            # Read after the stamps: what is newer than they say is read again with the next ones.
            found = self._found = (wanted, self.build())
        return found[1]


@contextmanager
def one_look(*, again: bool = False) -> Iterator[None]:
    """All rules asked for within it are of one moment, and cost one look at the notes; `again` looks anew inside another."""
    if _look.get() is not None and not again:
        yield
        return
    token = _look.set([])
    try:
        yield
    finally:
        _look.reset(token)


def _stamps() -> Stamps:
    look = _look.get()
    if look:
        return look[0]
    stamps = _read()
    if look is not None:
        look.append(stamps)
    return stamps


def _read() -> Stamps:
    """Table -> another value after each change. Numbers only grow and only the oldest notes go: no pair comes twice."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT "table", count(*), sum(id) FROM rules_change GROUP BY "table"')
        return {table: (count, total) for table, count, total in cursor.fetchall()}
