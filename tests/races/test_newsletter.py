"""A newsletter to thousands while workers are killed, the broker is flushed and people say stop.

Real Celery workers, a real mail server. 2,000 people and 8 kills by default; `NEWSLETTER=20000` is the full size with 20
kills, which takes some minutes.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Recipient
from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.mail.models import Message
from tests import fast_sink
from tests.campaigns import letters

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SIZE = int(os.environ.get("NEWSLETTER", "2000"))
KILLS = 20 if SIZE > 5000 else 8
LONGEST = 900  # seconds; then something is stuck
ROOT = Path(__file__).parents[2]
TASKS = ("campaigns.tasks.send_newsletters", "shop.mail.tasks.send_due_messages")
OVER = (Message.State.SENT, Message.State.UNCERTAIN, Message.State.WITHHELD)


class Workers:
    """A Celery worker with two children, killed and started again at will."""

    def __init__(
        self, mail_port: int, broker: str, log: TextIO, app: str = "tests.races.newsletter_worker", **environment: str
    ) -> None:
        at = connection.settings_dict
        database = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        self.environment = (
            os.environ
            | environment
            | {
                "DATABASE_URL": database,
                "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
                "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "BROKER_URL": broker,
                "TESTING": "1",
            }
        )
        self.chance, self.log, self.app = random.Random(11), log, app
        self.start()

    def start(self) -> None:
        command = ["-m", "celery", "-A", self.app, "worker", "-c", "2", "-l", "ERROR"]
        self.master = subprocess.Popen(
            [sys.executable, "-W", "ignore", *command, "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def children(self) -> list[int]:
        with contextlib.suppress(FileNotFoundError):
            return [int(pid) for pid in Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()]
        return []

    def keep_up(self) -> None:
        """What every service manager does: a worker that ended is started again."""
        if self.master.poll() is not None:
            self.start()

    def kill_one(self) -> bool:
        """A child dies; its master starts another."""
        found = self.children()
        if not found:
            return False
        os.kill(self.chance.choice(found), signal.SIGKILL)
        return True

    def kill_all(self) -> None:
        """Master and children at once, as by a power cut."""
        os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait()


@pytest.fixture
def broker() -> Iterator[tuple[str, redis.Redis]]:
    url = f"{settings.REDIS_URL.rpartition('/')[0]}/13"
    client = redis.Redis.from_url(url)
    client.flushdb()
    yield url, client
    client.flushdb()


def people(count: int) -> list[Customer]:
    rows = Customer.objects.bulk_create(Customer(email=f"p{n}@example.com", first_name=f"P{n}") for n in range(count))
    now = timezone.now()
    Consent.objects.bulk_create(
        Consent(customer=one, topic="news", is_given=True, source="form", confirmed_at=now) for one in rows
    )
    return rows


def ring(url: str, tasks: Iterable[str] = TASKS) -> None:
    """What the beat does: wake workers up. A broker that is away or empty only makes it later."""
    from celery import Celery

    app = Celery(broker=url)
    with contextlib.suppress(Exception), app.connection_for_write() as line:
        for task in tasks:
            app.send_task(task, connection=line)


def is_over() -> bool:
    waits = Message.objects.exclude(state__in=OVER).exists()
    return not waits and not Recipient.objects.filter(outcome="waiting").exists()


def storm(workers: Workers, url: str, client: redis.Redis, kills: int, stopping: list[Customer]) -> dict[str, float]:
    """Ring, kill, flush and withdraw until all is settled; when each of those who said stop did."""
    stopped: dict[str, float] = {}
    killed, began = 0, time.monotonic()
    everybody = Recipient.objects.count()
    while time.monotonic() - began < LONGEST:
        workers.keep_up()
        ring(url)
        sent = Message.objects.filter(state=Message.State.SENT).count()
        # Spread over the whole run, so that each of them finds somebody at work.
        if killed < kills and sent > everybody * (killed + 0.5) / (kills + 1):
            if killed == kills // 2:
                workers.kill_all()
                killed += 1
            else:
                killed += workers.kill_one()
            if killed % 4 == 0:
                client.flushdb()
        for _ in range(min(len(stopping), max(1, len(stopping) // 20))) if sent else ():
            person = stopping.pop()
            consent.withdraw(person, "news", source="unsubscribe")
            stopped[person.email] = time.time()
        if killed >= kills and not stopping and is_over():
            break
        time.sleep(0.3)
    assert killed == kills
    return stopped


def test_nobody_gets_it_twice_nobody_is_lost_and_stop_means_stop(tmp_path, broker):
    url, client = broker
    everybody = people(SIZE)
    letters.begun(letters.newsletter())
    stopping = random.Random(3).sample(everybody, max(20, SIZE // 100))
    with fast_sink.running(tmp_path / "mails", milliseconds=1) as sink:
        workers = Workers(sink.port, url, (tmp_path / "workers").open("a"))
        try:
            stopped = storm(workers, url, client, KILLS, list(stopping))
        finally:
            workers.kill_all()
        mails = sink.mails()
    copies = Counter(mail.recipient for mail in mails)
    assert max(copies.values()) == 1, "nobody twice"
    rows = list(Recipient.objects.select_related("message", "customer"))
    assert len(rows) == SIZE, "everybody has a row"
    states = Counter(row.message.state if row.message else row.outcome for row in rows)
    assert set(states) <= {"sent", "uncertain", "withheld", "refused"}, states
    assert states["uncertain"] <= 2 * KILLS, states
    for row in rows:
        state = row.message.state if row.message else row.outcome
        if state == "sent":
            assert copies[row.customer.email] == 1, "called sent, and never came"
        elif state != "uncertain":
            assert row.customer.email in stopped, f"{state} without a reason"
            assert row.reason or row.message.reason
            assert copies[row.customer.email] == 0
    late = [mail.at - stopped[mail.recipient] for mail in mails if mail.recipient in stopped]
    assert max(late, default=0) <= 60, "stop means stop"
    print(f"\n{SIZE} people, {KILLS} kills: {dict(states)}; latest after stop: {max(late, default=0):.1f} s")


def test_control_sending_again_what_is_in_doubt_sends_it_twice(tmp_path, broker):
    url, client = broker
    people(600)
    letters.begun(letters.newsletter())
    with fast_sink.running(tmp_path / "mails", milliseconds=60) as sink:
        workers = Workers(sink.port, url, (tmp_path / "workers").open("a"), UNGUARDED="1")
        try:
            storm(workers, url, client, 8, [])
        finally:
            workers.kill_all()
        assert max(sink.copies().values()) > 1
