"""Segments of three conditions on 1,000,000 customers: each counted in less than a second of one core.

The rows are made by SQL in a database that is dropped again; `make bench` runs this after the shops.
`.venv/bin/python -m shop.engines test .venv/bin/python -m bench.segments`
"""

import os
import statistics
import sys
import time
from pathlib import Path

import django

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
LIMIT_MS, ROUNDS = 1000, 5

ROWS = """
INSERT INTO customers_customer (uid, email, first_name, last_name, phone, language, country, time_zone, created_at,
                                birth_day, birth_month)
SELECT gen_random_uuid(), 'p' || n || '@example.com', 'P' || n, '', '', (ARRAY['ro', 'ru', 'uk', 'en'])[1 + n %% 4],
       (ARRAY['RO', 'MD', 'UA', 'DE', 'FR'])[1 + n %% 5], '', now() - (n %% 900) * interval '1 day', 1 + n %% 28, 1 + n %% 12
FROM generate_series(1, %(people)s) n;

INSERT INTO insights_stats (customer_id, orders, spent, average_order, first_order_on, last_order_on)
SELECT id, 1 + id %% 9, 20 * (1 + id %% 9), 20, current_date - 400 - (id %% 300)::int, current_date - (id * 7 %% 400)::int
FROM customers_customer WHERE id %% 3 > 0;

INSERT INTO campaigns_engagement (customer_id, subscribed_at, last_mail_at, last_click_at, mails_30_days)
SELECT id, CASE WHEN id %% 2 = 0 THEN now() - (id %% 500) * interval '1 day' END, now() - (id %% 60) * interval '1 day',
       NULL, id %% 5
FROM customers_customer;

INSERT INTO events_event (kind, customer_id, data, happened_at, recorded_at)
SELECT (ARRAY['order.paid', 'order.placed', 'campaigns.message_clicked'])[1 + n %% 3],
       (SELECT min(id) FROM customers_customer) + abs(hashint4(n)::bigint) %% %(people)s, '{}',
       now() - (n %% 700) * interval '1 day', now()
FROM generate_series(1, %(people)s * 3) n;
"""


def fact(key: str, question: str, value: object = None) -> dict[str, object]:
    return {"type": "fact", "fact": key, "question": question, "value": value}


def did(event: str, *, did: bool = True, times: int = 1, days: int | None = None) -> dict[str, object]:
    return {"type": "event", "event": event, "did": did, "times": times, "days": days}


SEGMENTS = {
    "loyal Romanians, not bought for 60 days": [
        fact("customer_country", "is", "RO"),
        fact("analytics_orders", "at_least", "3"),
        fact("analytics_last_order_on", "longer_ago_than", 60),
    ],
    "subscribed, spent 100, clicked in 90 days": [
        fact("campaigns_subscribed_since", "is_known"),
        fact("analytics_spent", "at_least", "100"),
        did("campaigns.message_clicked", days=90),
    ],
    "subscribed, clicked, no order in 60 days": [
        fact("campaigns_subscribed_since", "longer_ago_than", 30),
        did("campaigns.message_clicked", days=180),
        did("order.paid", did=False, days=60),
    ],
    "born this month, few mails, ordered twice": [
        fact("customer_birth_month", "is", "this_month"),
        fact("campaigns_mails_30_days", "at_most", "2"),
        did("order.paid", times=2, days=365),
    ],
}


def main() -> int:
    """Make the rows, count each segment; 1 when one takes a second or more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(0, interactive=False)
    try:
        started = time.monotonic()
        fill()
        print(f"{PEOPLE:,} customers, {PEOPLE * 3:,} events in {time.monotonic() - started:.0f} s")
        return report()
    finally:
        teardown_databases(databases, 0)


def fill() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"people": PEOPLE})
        cursor.execute("VACUUM ANALYZE")


def report() -> int:
    """A line for each segment: how many people, PostgreSQL's processor time on one core, and the time on the clock."""
    from django.db import connection

    from campaigns import segment_page

    segment_page.PATIENCE = "60s"  # a busy machine is not what is measured
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), set_config('max_parallel_workers_per_gather', '0', false)")
        backend = cursor.fetchone()[0]
    missed = 0
    for name, conditions in SEGMENTS.items():
        rules = {"match": "all", "groups": [{"conditions": conditions}]}
        worked, waited, people = [], [], 0
        for _ in range(ROUNDS):
            started, before = time.perf_counter(), processor_ms(backend)
            people = segment_page.counted(rules)
            worked.append(processor_ms(backend) - before)
            waited.append(1000 * (time.perf_counter() - started))
        took = statistics.median(worked)
        missed += took >= LIMIT_MS
        shown = f"{took:>6.0f} ms of processor {statistics.median(waited):>6.0f} ms on the clock"
        print(f"{name:45} {people:>9,} people {shown} {'MISSED' if took >= LIMIT_MS else ''}")
    return 1 if missed else 0


def processor_ms(pid: int) -> float:
    """What a process has worked so far: it does not depend on what else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
