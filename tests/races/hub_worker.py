"""Workers of their own for tests that kill them: `python -m tests.races.hub_worker SCENARIO ARGUMENTS`.

They work on the database of the test. `herd` forks workers from one warm process and kills them with SIGKILL.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")


def note(event, customer):
    """A handler whose work can be counted. It is slow enough to be killed in the middle."""
    from shop.customers.models import Consent

    Consent.objects.create(customer=customer, topic="stock", is_given=True, source="staff")
    time.sleep(0.01)
    if os.environ.get("DIE_IN_HANDLER"):
        os._exit(9)


def note_on_the_side(event, customer):
    """The same without the guard: its write does not belong to the delivery's transaction."""
    from django.db import connections

    side = connections["default"].copy()
    with side.cursor() as cursor:
        cursor.execute(
            "insert into customers_consent (customer_id, topic, channel, is_given, source, wording, happened_at)"
            " values (%s, 'stock', 'email', true, 'staff', '', now())",
            [customer.pk],
        )
    side.close()
    time.sleep(0.01)
    if os.environ.get("DIE_IN_HANDLER"):
        os._exit(9)


def deliver() -> None:
    from shop.events import delivery

    delivery.deliver_all()


def send() -> None:
    from shop.mail import sending

    sending.sweep()
    sending.send_due()


def send_and_die_after_250() -> None:
    """The server has said 250 and the process dies before the row says "sent"."""
    from shop.mail import smtp

    real = smtp.hand_over

    def send_and_die(*args):
        real(*args)
        os._exit(9)

    smtp.hand_over = send_and_die
    send()


def two_senders(is_guarded: int) -> None:
    """Two at once; without the guard they read what is due, think a little, and then say that it is taken."""
    from django.utils import timezone

    from shop.mail import sending
    from shop.mail.marks import Marks
    from shop.mail.models import Message

    def claim(size, many=0):
        batch = list(Message.objects.due()[:size])
        time.sleep(0.1)
        for message in batch:
            Message.objects.filter(pk=message.pk).update(state="sending", attempts=1)
            message.state, message.attempts = "sending", 1
        return len(batch), Marks(batch, timezone.now())

    if not is_guarded:
        sending.claim = claim
    herd(send, kills=0, seconds=20, done=lambda: not Message.objects.filter(state__in=["queued", "sending"]).exists())


def buy() -> None:
    """What a checkout does: write, record, send, commit; says how long it took."""
    from django.db import transaction

    from shop.customers.models import Customer
    from shop.events import log
    from shop.events.catalog import EmailConfirmed
    from shop.mail import outbox

    ana = Customer.objects.get()
    began = time.monotonic()
    for number in range(3):
        with transaction.atomic():
            log.record(EmailConfirmed(), customer=ana)
            outbox.send("account_unknown", ana, {}, key=f"order-{number}")
    print(json.dumps({"seconds": time.monotonic() - began}))


def buy_unforgivingly() -> None:
    """For the negative control: ring as Celery's manual says, and let it fail."""
    from celery import current_app
    from django.db import transaction

    from shop.events import bell

    bell.ring = lambda task: transaction.on_commit(lambda: current_app.send_task(task))
    buy()


def herd(work: Callable[[], None], *, kills: int, seconds: float, done: Callable[[], bool]) -> None:
    """Keep two workers at it, kill one of them `kills` times at a random moment, and let the last two finish."""
    chance = random.Random(7)
    workers = [fork(work, seconds) for _ in range(2)]
    for _ in range(kills):
        time.sleep(chance.uniform(0.03, 0.25))
        victim = workers.pop(chance.randrange(2))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        workers.append(fork(work, seconds))
    until = time.monotonic() + seconds
    while time.monotonic() < until and not done():
        time.sleep(0.2)
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def fork(work: Callable[[], None], seconds: float) -> int:
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        work()
        time.sleep(0.05)
    os._exit(0)


def herd_of_senders(kills: int) -> None:
    from shop.mail import sending
    from shop.mail.models import Message

    sending.STALE = timedelta(seconds=3)
    herd(send, kills=kills, seconds=40, done=lambda: not Message.objects.filter(state__in=["queued", "sending"]).exists())


def herd_of_workers(kills: int) -> None:
    from shop.events import delivery
    from shop.events.models import Delivery

    delivery.RETRIES = (1,) * 50
    herd(deliver, kills=kills, seconds=40, done=lambda: not Delivery.objects.waiting().exists())


def main(scenario: str, *numbers: str) -> None:
    import django

    django.setup()
    import shop.celery  # noqa: F401  the configured broker, as the web server has it
    from shop.events import registry
    from shop.events.catalog import EmailConfirmed

    side = os.environ.get("ON_THE_SIDE")
    handler = note_on_the_side if side else note
    registry._handlers[EmailConfirmed.kind] = {"tests.races.hub_worker.note": handler}
    globals()[scenario](*map(int, numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
