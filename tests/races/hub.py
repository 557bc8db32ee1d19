"""Starting and killing the workers of `hub_worker`."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection
from django.utils import timezone

ROOT = Path(__file__).parents[2]
AWAY = "redis://127.0.0.1:1/0"  # nobody listens there


def environment(mail_port: int = 1, **more: str) -> dict[str, str]:
    """Of a process that works on the database of this test, with mail going to that port."""
    at = connection.settings_dict
    url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    return os.environ | {"DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "TESTING": "1"} | more


def start(scenario: str, *numbers: int, mail_port: int = 1, **more: str) -> subprocess.Popen[str]:
    """A worker on the database of this test, with mail going to that port."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.races.hub_worker", scenario, *map(str, numbers)],
        cwd=ROOT,
        env=environment(mail_port, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(scenario: str, *numbers: int, mail_port: int = 1, **more: str) -> tuple[int, str, str]:
    """Exit code and output of a worker that ends by itself."""
    worker = start(scenario, *numbers, mail_port=mail_port, **more)
    out, errors = worker.communicate(timeout=120)
    return worker.returncode, out, errors


def make_due() -> None:
    """Let time pass for whatever waits."""
    from shop.events.models import Delivery

    Delivery.objects.update(due_at=timezone.now())
