"""Servers of a test's own, as production runs them: gunicorn and a Celery worker on the database of the test."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from shop import engines
from tests.races import hub

BIN = Path(sys.executable).parent


class Web:
    """A running gunicorn: its address, and its workers by their process ids."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port
        self.address = f"http://127.0.0.1:{port}"

    def workers(self) -> list[int]:
        """Those who serve at this moment."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_one(self, chance: random.Random) -> bool:
        """As the kernel does when memory is short; whether there was one."""
        for pid in chance.sample(workers := self.workers(), len(workers)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        return False


@contextlib.contextmanager
def web(log: Path, *, workers: int = 3, **environment: str) -> Iterator[Web]:
    """The shop's web server on a port of its own."""
    port = engines.free_port(27_100)
    command = [str(BIN / "gunicorn"), "shop.wsgi", "--preload", "-b", f"127.0.0.1:{port}"]
    command += ["-w", str(workers), "--threads", "4", "--log-level", "warning", "--no-control-socket"]
    with _running(command, log, **environment) as process:
        _wait_for(lambda: _answers(port), process, log)
        yield Web(process, port)


@contextlib.contextmanager
def worker(log: Path, *more: str, app: str = "shop.celery", **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with two processes; `more` is added to its command."""
    command = [str(BIN / "celery"), "-q", "-A", app, "worker", "-c", "2", "-l", "info", "--without-mingle", *more]
    with _running(command, log, **environment) as process:
        _wait_for(lambda: " ready." in log.read_text(errors="replace"), process, log)
        yield process


@contextlib.contextmanager
def _running(command: list[str], log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        cwd=hub.ROOT,
        env=hub.environment(**environment) | {"PYTHONWARNINGS": "ignore"},
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=engines.die_with_parent,  # noqa: PLW1509  as the engines do
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _wait_for(is_so: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")
        time.sleep(0.1)
