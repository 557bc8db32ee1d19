"""Means of the tests of races: many at once, guards off, constraints dropped, processes that die."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from shop.forks import races

AT_ONCE = 16


@pytest.fixture(autouse=True)
def nothing_stays_switched() -> Iterator[None]:
    yield
    races.guards_off.clear()
    races.on_point.clear()


def all_at_once(calls: list[Callable[[], Any]], at_once: int = AT_ONCE) -> list[Any]:
    """What each call returned or raised, made by real threads with connections of their own, the first ones together."""
    barrier = threading.Barrier(min(at_once, len(calls)))
    early = threading.Semaphore(barrier.parties)

    def run(call: Callable[[], Any]) -> Any:
        if early.acquire(blocking=False):
            barrier.wait(timeout=20)
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=at_once) as pool:
        return list(pool.map(run, calls))


@contextlib.contextmanager
def unguarded(*guards: str, constraints: dict[str, str] | None = None) -> Iterator[None]:
    """A negative control: guards off, and constraints (name -> table) gone, which would catch what the guards let through."""
    dropped = [_drop(table, name) for name, table in (constraints or {}).items()]
    races.guards_off.update(guards)
    try:
        yield
    finally:
        races.guards_off.clear()
        with connection.cursor() as cursor:
            for table, restore in dropped:
                cursor.execute(f"TRUNCATE {table} CASCADE")
                cursor.execute(restore)


def _drop(table: str, name: str) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        row = cursor.fetchone()
        if row:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            return table, f"ALTER TABLE {table} ADD CONSTRAINT {name} {row[0]}"
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        definition = cursor.fetchone()[0]
        cursor.execute(f"DROP INDEX {name}")
        return table, definition


def dies_at(point: str, act: Callable[[], Any]) -> bool:
    """Run in a process of its own that is killed at a race point, as by a power cut; whether it came that far."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    kept = [one.connection for one in connections.all()]  # the parent's: neither used nor closed here
    for one in connections.all():
        one.connection = None
    races.on_point[point] = lambda: os._exit(9)
    try:
        act()
    finally:
        os._exit(len(kept) * 0)


def kill_own_connection() -> None:
    """The database goes away in the middle of a transaction."""
    from django.db import OperationalError

    with contextlib.suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
