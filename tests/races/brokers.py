"""A Valkey of a test's own, which forgets everything, dies and comes back; and a timetable that does not wait for it."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import redis
from celery import Celery
from django.conf import settings

from shop import engines


class Broker:
    """Broker and cache at one address, whatever happens to the process behind it."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, engines.free_port(26_900)
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.running = contextlib.ExitStack()
        self.deaths = self.losses = 0

    def start(self) -> None:
        self.running.enter_context(engines.valkey(self.home, durable=False, port=self.port))

    def forget_everything(self) -> None:
        """FLUSHALL: every ring that waits is gone, and the cache with it."""
        self.losses += 1
        redis.Redis(port=self.port).flushall()

    def die_and_come_back(self, after: float = 0.7) -> None:
        """SIGKILL; for so many seconds nobody answers."""
        self.deaths += 1
        os.kill(redis.Redis(port=self.port).info("server")["process_id"], signal.SIGKILL)
        self.running.close()
        time.sleep(after)
        self.start()

    def tick(self) -> None:
        """What beat does, only sooner: ring for every sweep of the timetable."""
        app = Celery(broker=self.url, set_as_current=False)
        app.conf.update(
            broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS, task_publish_retry=False, task_ignore_result=True
        )
        with contextlib.suppress(Exception):
            for task in (
                "events.tasks.deliver_due_events",
                "mail.tasks.send_due_messages",
                "payments.tasks.settle_open_attempts",
            ):
                app.send_task(f"shop.{task}")

    @property
    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": self.url, "BROKER_URL": self.url, "CACHE_URL": self.url}


@contextlib.contextmanager
def own(home: Path) -> Iterator[Broker]:
    """A broker that nobody else uses."""
    broker = Broker(home)
    broker.start()
    try:
        yield broker
    finally:
        broker.running.close()
