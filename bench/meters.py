"""What a request costs: processor time of the web server and of PostgreSQL, and the statements it sent.

Processor time comes from /proc for whole process trees, so that nothing has to be built into the measured shops. It
is divided by the time of a fixed Python job run just before and after: on a shared machine that removes most of what
neighbours do.
"""

import os
import re
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psycopg2

TICK = os.sysconf("SC_CLK_TCK")
REFERENCE_MS = 10.0  # what the fixed job takes on a quiet machine
HOUSEKEEPING = r"^\s*(begin|commit|rollback|savepoint|release|set |reset|show|discard|select (pg_catalog\.)?set_config)"


def calibration() -> float:
    """Milliseconds of processor time that the fixed job takes now: the least of three."""

    def job() -> None:
        counts: dict[str, int] = {}
        for i in range(30_000):
            key = f"k{i % 997}"
            counts[key] = counts.get(key, 0) + len(key)
            if i % 50 == 0:
                ",".join(list(counts)[:20]).replace("k", "x").split(",")

    def once() -> float:
        start = time.process_time()
        job()
        return (time.process_time() - start) * 1000

    return min(once() for _ in range(3))


def cpu_ms(root: int) -> float:
    """User and system time of a process, its descendants and its reaped children, in ms."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    fields = re.sub(r"^.*\) ", "", file.read()).split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(int(fields[1]), []).append(int(name))
            ticks[int(name)] = sum(map(int, fields[11:15]))
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        total += ticks.get(pid, 0)
        todo += children.get(pid, [])
    return total * 1000 / TICK


@dataclass
class Cost:
    """What a block cost: calibrated milliseconds, and SQL statements without transaction control."""

    app_ms: float = 0
    db_ms: float = 0
    queries: float = 0

    @property
    def ms(self) -> float:
        return self.app_ms + self.db_ms

    def each(self, count: int) -> "Cost":
        """The same for one of `count` requests."""
        return Cost(self.app_ms / count, self.db_ms / count, self.queries / count)

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.app_ms + other.app_ms, self.db_ms + other.db_ms, self.queries + other.queries)


class Meter:
    """`with Meter(site) as cost: …` fills a `Cost` when the block ends."""

    def __init__(self, app_pid: int, db_pid: int, database_url: str) -> None:
        self.app_pid, self.db_pid, self.name = app_pid, db_pid, database_url.rsplit("/", 1)[1]
        self.connection = psycopg2.connect(database_url.rsplit("/", 1)[0] + "/postgres")
        self.connection.autocommit = True

    def __enter__(self) -> Cost:
        self.cost = Cost()
        self.speed = calibration()
        self._sql("SELECT pg_stat_statements_reset()")
        self.app, self.db = cpu_ms(self.app_pid), cpu_ms(self.db_pid)
        return self.cost

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        app, db = cpu_ms(self.app_pid) - self.app, cpu_ms(self.db_pid) - self.db
        scale = REFERENCE_MS / ((self.speed + calibration()) / 2)
        self.cost.app_ms, self.cost.db_ms = app * scale, db * scale
        counted = self._sql(
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid "
            "WHERE d.datname = %s AND s.query !~* %s",
            (self.name, HOUSEKEEPING),
        )
        self.cost.queries = float(counted)

    def _sql(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return (cursor.fetchone() or [None])[0]

    def close(self) -> Self:
        self.connection.close()
        return self
