"""Newsletter messages a second of processor time into a mail server of its own, beside Django's usual way, as a ratio.

Both write to the same people with the same letter (a greeting, three products, a voucher's worth of words, links) over one
kept connection and write down what became of each. Django's way: a template for each person, `EmailMultiAlternatives`,
`send()`, one row saved. Ours: everything a newsletter does, from the frozen audience through the gate to the outcome.
The people are made in a database that is dropped again; `make bench` runs this after the shops.
`.venv/bin/python -m shop.engines test .venv/bin/python -m bench.newsletters`
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import django

PEOPLE, ROUNDS = int(os.environ.get("BENCH_MAILS", "2000")), 3
AT_LEAST = 3.0

WORDS = (
    "<p>Hello {{ first_name | there }},</p>"
    + "<p>The evenings are long again, and new teas have come in from the hills.</p>" * 4
)


def main() -> int:
    """Send both ways in turn; 1 when ours is less than `AT_LEAST` times as fast, or a message is missing."""
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
    rates: dict[str, list[float]] = {"django": [], "ours": []}
    with tempfile.TemporaryDirectory() as folder, fast_sink.running(Path(folder) / "mails") as sink:
        settings.EMAIL_PORT = sink.port
        _people()
        for _round in range(ROUNDS):
            for name, send in (("django", _as_django), ("ours", _as_ours)):
                before = len(sink.mails())
                rates[name].append(PEOPLE / _timed(send))
                assert len(sink.mails()) - before == PEOPLE, f"{name} lost some"
    ours, theirs = (statistics.median(rates[name]) for name in ("ours", "django"))
    is_fine = ours / theirs >= AT_LEAST
    print(f"\nnewsletter messages a second of processor time, {PEOPLE} people, one process, one connection, outcomes recorded")
    print(f"{'Django':>10} {theirs:>8.0f}\n{'ours':>10} {ours:>8.0f}\n{'times':>10} {ours / theirs:>8.1f} at least {AT_LEAST}")
    return 0 if is_fine else 1


def _timed(send: Callable[[], None]) -> float:
    """Seconds of processor time of this process and of its backend in PostgreSQL: neighbours on the machine do not count.

    The mail server is another process, the same for both; waiting for it is what a kept connection and fewer journeys save.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    before = time.process_time() + _of_process(backend)
    send()
    return time.process_time() + _of_process(backend) - before


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
    from campaigns.models import Letter, Newsletter, Segment
    from shop.mail import sending
    from shop.mail.models import Message

    segment, _new = Segment.objects.get_or_create(name="Everybody")
    letter = Letter.objects.create(name="Bench", **_content())
    row = Newsletter.objects.create(name="Bench", letter=letter, held_out_percent=0)
    row.segments.set([segment])
    newsletters.approve(row, None)  # type: ignore[arg-type]
    newsletters.send_now(row)
    newsletters.begin_due()
    while newsletters.write_due():
        pass
    sending.send_due()
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
        mail = EmailMultiAlternatives(subject, strip_tags(page), to=[customer.email], headers=headers, connection=connection)
        mail.attach_alternative(page, "text/html")
        mail.send()
        row.state, row.sent_at, row.subject = Message.State.SENT, timezone.now(), subject
        row.save()
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
