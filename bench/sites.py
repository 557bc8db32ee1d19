"""The two shops on one PostgreSQL: each with a database for each catalogue size, served by gunicorn with two processes."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import errors

from shop import engines

ROOT = Path(__file__).resolve().parent.parent
HOME = engines.VAR / "bench"
BIN = Path(sys.executable).parent
PYTHON = [sys.executable, "-W", "ignore"]
MANAGE = [*PYTHON, "-m", "django"]


@dataclass
class Engines:
    """Where PostgreSQL and Valkey are, and PostgreSQL's process."""

    database_url: str
    redis_url: str
    database_pid: int

    def database(self, name: str) -> str:
        return self.database_url.rsplit("/", 1)[0] + "/" + name


@dataclass
class Site:
    """A running shop."""

    name: str
    base: str
    pid: int
    database_url: str
    addresses: dict[str, str]


@contextmanager
def running_engines() -> Iterator[Engines]:
    """PostgreSQL that counts statements, and Valkey; their data stays in var/bench for the next run."""
    counting = {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.max": "10000", "shared_buffers": "1GB"}
    with (
        engines.postgres(HOME, durable=False, options=counting) as database_url,
        engines.valkey(HOME, durable=False) as redis_url,
    ):
        execute(database_url, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements", into="postgres")
        pid = int((HOME / "postgres" / "postmaster.pid").read_text().split()[0])
        yield Engines(database_url, redis_url, pid)


def execute(url: str, sql: str, into: str) -> None:
    """Run a statement outside of transactions; a database that is there already is no error."""
    connection = psycopg2.connect(url.rsplit("/", 1)[0] + "/" + into)
    connection.autocommit = True
    with connection.cursor() as cursor, suppress(errors.DuplicateDatabase):
        cursor.execute(sql)
    connection.close()


@contextmanager
def served(kind: str, count: int, where: Engines, offers: int = 0) -> Iterator[Site]:
    """`kind` ("ours" or "stock") with `count` products; seeded once, then kept. With `offers`, a copy that has so many."""
    name = f"{kind}_{count}"
    env = environment(kind, name, where)
    addresses = _seeded(kind, count, name, env, where)
    if offers:
        name = f"{name}_{offers}_offers"
        env = _copied(f"{kind}_{count}", name, offers, environment(kind, name, where), where)
    port = engines.free_port(28000)
    application = "shop.wsgi" if kind == "ours" else "bench.stock.wsgi"
    command = [f"{BIN}/gunicorn", application, "-b", f"127.0.0.1:{port}", "-w", "2", "--log-level", "error"]
    server = subprocess.Popen(command, cwd=ROOT, env=env, preexec_fn=engines.die_with_parent)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base + addresses["home"], server)
        yield Site(name, base, server.pid, env["DATABASE_URL"], addresses)
    finally:
        engines.stop(server)


def environment(kind: str, name: str, where: Engines) -> dict[str, str]:
    """The variables under which a shop runs on a database of its own."""
    env = dict(os.environ)
    env |= {
        "DATABASE_URL": where.database(name),
        "REDIS_URL": where.redis_url,
        "BENCH_VAR": str(HOME),
        "MEDIA_ROOT": str(HOME / "ours-media"),
        "SECRET_KEY": "only for measurements, and long enough for a signature",
        "SHOP_URL": "http://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CACHE_PREFIX": name,
        "SHOP_CURRENCY": "GBP",
        "SHOP_COUNTRY": "GB",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "shop.settings" if kind == "ours" else "bench.stock.settings",
    }
    env.pop("TESTING", None)
    return env


def _seeded(kind: str, count: int, name: str, env: dict[str, str], where: Engines) -> dict[str, str]:
    kept = HOME / f"{name}.json"
    if kept.exists():
        run(env, *MANAGE, "migrate", "-v0", "--noinput", "--skip-checks")  # what was seeded by an older version
        return dict(json.loads(kept.read_text()))
    print(f"Seeding {name} …", file=sys.stderr, flush=True)
    execute(where.database_url, f"DROP DATABASE IF EXISTS {name}", into="postgres")
    execute(where.database_url, f"CREATE DATABASE {name}", into="postgres")
    run(env, *MANAGE, "migrate", "-v0", "--noinput")
    run(env, *MANAGE, "collectstatic", "-v0", "--noinput")
    addresses = json.loads(run(env, *PYTHON, "-m", "bench.seed", str(count)).splitlines()[-1])
    if kind == "ours":
        run(env, *PYTHON, "-m", "bench.seed_ours")
    execute(where.database_url, "VACUUM ANALYZE", into=name)
    kept.write_text(json.dumps(addresses))
    return dict(addresses)


def _copied(base: str, name: str, offers: int, env: dict[str, str], where: Engines) -> dict[str, str]:
    """The environment of a copy of a shop, made anew each time, with live offers in it."""
    execute(where.database_url, f"DROP DATABASE IF EXISTS {name}", into="postgres")
    execute(where.database_url, f"CREATE DATABASE {name} TEMPLATE {base}", into="postgres")
    run(env, *PYTHON, "-m", "bench.seed_offers", str(offers))
    execute(where.database_url, "VACUUM ANALYZE", into=name)
    return env


def run(env: dict[str, str], *command: str) -> str:
    """What a command prints. Raises with the end of its errors."""
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return done.stdout


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(url, timeout=30):
            return
        time.sleep(0.2)
    raise RuntimeError(f"{url} does not answer")
