"""Newsletter messages a second into a mail server of its own, beside Django's usual way, as ratios.

Both write to the same people with the same letter (a greeting, three products, a button, links) and write down what became
of each. Django's way is one process with one kept connection: a template for each person, `EmailMultiAlternatives`, `send()`,
one row saved. Ours is everything a newsletter does, from the frozen audience through the gate to the outcome: first in one
process with one connection too, then as it runs in a shop, where workers claim batches side by side.

Processor time is that of the sending process and of its backend in PostgreSQL, so that neighbours on the machine do not count;
the clock is what a merchant sees, and needs a quiet machine. The mail server is another process, the same for all. The people
are made in a database that is dropped again; `make bench` runs this after the shops.
`.venv/bin/python -m shop.engines test .venv/bin/python -m bench.newsletters`
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import django

if TYPE_CHECKING:
    from campaigns.models import Newsletter

PEOPLE, ROUNDS = int(os.environ.get("BENCH_MAILS", "2000")), 3
WORKERS = 2
AT_LEAST = 3.0

WORDS = (
    "<p>Hello {{ first_name | there }},</p>"
    + "<p>The evenings are long again, and new teas have come in from the hills.</p>" * 4
)


@dataclass(frozen=True)
class Rate:
    """Messages a second: of processor time, and by the clock."""

    processor: float
    clock: float


def main() -> int:
    """Send all ways in turn; 1 when ours in one process is less than `AT_LEAST` times as fast, or a message is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    import shop.celery  # noqa: F401  the configured broker

    databases = setup_databases(0, interactive=False)
    try:
        return _compare()
    finally:
        with suppress(Exception):
            teardown_databases(databases, 0)


def _compare() -> int:
    from django.conf import settings

    from tests import fast_sink

    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    ways = {"Django": _as_django, "ours": _as_ours, "side by side": _side_by_side}
    rates: dict[str, list[Rate]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder, fast_sink.running(Path(folder) / "mails") as sink:
        settings.EMAIL_PORT = sink.port
        _people()
        for _round in range(ROUNDS):
            for name, send in ways.items():
                before = len(sink.mails())
                rates[name].append(_timed(send))
                assert len(sink.mails()) - before == PEOPLE, f"{name} lost some"
    return _told({name: _middle(found) for name, found in rates.items()})


def _middle(found: list[Rate]) -> Rate:
    return Rate(statistics.median(rate.processor for rate in found), statistics.median(rate.clock for rate in found))


def _told(rates: dict[str, Rate]) -> int:
    """Print the table; 0 if it is good enough."""
    theirs, ours, more = rates["Django"], rates["ours"], rates["side by side"]
    times = (ours.processor / theirs.processor, ours.clock / theirs.clock)
    print(f"\nnewsletter messages a second to a sink, {PEOPLE} people, outcomes recorded, median of {ROUNDS}")
    print(f"{'':>34} {'processor time':>16} {'clock':>8}")
    print(f"{'Django, 1 process, 1 connection':>34} {theirs.processor:>16.0f} {theirs.clock:>8.0f}")
    print(f"{'ours, 1 process, 1 connection':>34} {ours.processor:>16.0f} {ours.clock:>8.0f}")
    print(f"{f'times, at least {AT_LEAST}':>34} {times[0]:>16.1f} {times[1]:>8.1f}")
    print(f"{f'ours, {WORKERS} workers side by side':>34} {'':>16} {more.clock:>8.0f}")
    print(f"{'times':>34} {'':>16} {more.clock / theirs.clock:>8.1f}")
    return 0 if min(times) >= AT_LEAST else 1


def _timed(send: Callable[[], None]) -> Rate:
    """The rate of one run. The processor time of children is not in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    used, began = time.process_time() + _of_process(backend), time.monotonic()
    send()
    clock = time.monotonic() - began
    spent = time.process_time() + (_of_process(backend) if Path(f"/proc/{backend}").exists() else 0) - used
    return Rate(PEOPLE / spent, PEOPLE / clock)


def _of_process(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _people() -> None:
    from django.utils import timezone

    from shop.customers.models import Consent, Customer
    from shop.search import index
    from tests import make

    for number in range(6):
        make.product(f"Assam {number}")
    index.catch_up()
    people = [Customer(email=f"p{n}@example.com", first_name=f"Ana {n}", language="en") for n in range(PEOPLE)]
    Customer.objects.bulk_create(people)
    Consent.objects.bulk_create(
        Consent(customer=one, topic="news", is_given=True, source="form", confirmed_at=timezone.now()) for one in people
    )


def _content() -> dict[str, object]:
    from campaigns.letters import blocks

    parts = [blocks.new(blocks.TEXT), blocks.new(blocks.PRODUCTS), blocks.new(blocks.BUTTON, url="/search/")]
    parts[0]["texts"], parts[2]["texts"] = {"en": {"html": WORDS}}, {"en": {"label": "To the shop"}}
    return {"subject": {"en": "{{ first_name | Hello }}, new teas"}, "preheader": {"en": "They are here"}, "blocks": parts}


def _as_ours() -> None:
    from campaigns import newsletters
    from shop.mail import sending

    row = _scheduled()
    newsletters.begin_due()
    while newsletters.write_due():
        pass
    sending.send_due()
    _settled(row)


def _side_by_side() -> None:
    """Workers that write and send batches until the newsletter says that it is sent, as those of Celery do."""
    from django.db import connections

    row = _scheduled()
    connections.close_all()
    children = []
    for _number in range(WORKERS):
        child = os.fork()
        if not child:
            _work(row.pk)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    _settled(row)


def _work(pk: int) -> NoReturn:
    from campaigns import newsletters
    from campaigns.models import Newsletter
    from shop.mail import sending

    try:
        newsletters.begin_due()
        while Newsletter.objects.exclude(state=Newsletter.State.SENT).filter(pk=pk).exists():
            newsletters.write_due()
            sending.send_due()
    finally:
        os._exit(0)


def _scheduled() -> "Newsletter":
    from campaigns import newsletters
    from campaigns.models import Letter, Newsletter, Segment

    segment, _new = Segment.objects.get_or_create(name="Everybody")
    letter = Letter.objects.create(name="Bench", **_content())
    row = Newsletter.objects.create(name="Bench", letter=letter, held_out_percent=0)
    row.segments.set([segment])
    newsletters.approve(row, None)  # type: ignore[arg-type]
    return newsletters.send_now(row)


def _settled(row: "Newsletter") -> None:
    from campaigns import newsletters
    from shop.mail.models import Message

    states = set(newsletters.messages_of(row).values_list("state", flat=True))
    assert states == {Message.State.SENT}, states
    # People have had enough for this week otherwise; the next round is another week.
    Message.objects.update(admitted_at=None)


def _as_django() -> None:
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.template.loader import render_to_string
    from django.utils import timezone
    from django.utils.html import strip_tags

    from campaigns.letters import goods
    from campaigns.letters.compiling import row_of
    from shop.customers.models import Customer
    from shop.mail import unsubscribing
    from shop.mail.models import Message

    products = [row_of(card) for card in goods.shared("new", 3, "en")]
    connection = get_connection()
    connection.open()
    for customer in Customer.objects.order_by("pk").iterator():
        words = WORDS.replace("{{ first_name | there }}", customer.first_name)
        parts = [
            {"id": "a", "template": "mail/letter/text.html", "html": words},
            {"id": "b", "template": "mail/letter/products.html", "rows": products},
            {"id": "c", "template": "mail/letter/button.html", "url": "http://localhost:8000/search/", "label": "To the shop"},
        ]
        subject = f"{customer.first_name}, new teas"
        way_out = unsubscribing.path(customer, "news")
        context = {"subject": subject, "preheader": "They are here", "blocks": parts, "unsubscribe_url": way_out}
        page = render_to_string("mail/letter.html", context)
        row = Message(customer=customer, to_address=customer.email, kind="bench", key=f"{customer.pk}-{timezone.now()}")
        headers = unsubscribing.headers("news", way_out)
        mail = EmailMultiAlternatives(
            subject, strip_tags(page), to=[customer.email or ""], headers=headers, connection=connection
        )
        mail.attach_alternative(page, "text/html")
        mail.send()
        row.state, row.sent_at, row.subject = Message.State.SENT, timezone.now(), subject
        row.save()
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
