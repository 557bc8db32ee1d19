"""Waking a worker up. A doorbell, never the truth: what has to be done is a row that the sweep finds too."""

import time
from functools import partial

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)

SILENCE = 5.0  # seconds without ringing after the broker was found away
_silent_until = 0.0


def ring(task: str) -> None:
    """Start a Celery task by its dotted name after this transaction has committed, once however often it was asked for.

    Never fails and never waits long: a broker that is away holds one request up for at most a second and is then left
    alone for `SILENCE` seconds.
    """
    if any(getattr(call, "args", ()) == (task,) for _, call, _ in connection.run_on_commit):
        return
    transaction.on_commit(partial(_ring, task), robust=True)


def _ring(task: str) -> None:
    global _silent_until  # noqa: PLW0603  one broker for each process
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task(task)
    except Exception as error:
        _silent_until = time.monotonic() + SILENCE
        log.warning("broker_unreachable", task=task, error=str(error))
