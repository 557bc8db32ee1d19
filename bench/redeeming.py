"""A herd of processes that redeem points, for `bench.points`: through the ledger, or with SQL alone."""

import multiprocessing
import os
import sys
from collections.abc import Callable

import psycopg2

PEOPLE, POINTS = 20, 10  # customers of each process; points of each redemption
LOCK = "SELECT id, available FROM loyalty_account WHERE customer_id = %s FOR UPDATE"
LOTS = """
    SELECT id, available FROM loyalty_lot WHERE account_id = %s AND available > 0 ORDER BY expires_on NULLS LAST, id LIMIT 1
"""
ENTRY = """
    INSERT INTO loyalty_entry (account_id, kind, reason, cause, points, forgiven, note, happened_at, undoes_id)
    VALUES (%s, %s, '', %s, %s, 0, '', now(), %s) RETURNING id
"""
POSTING = "INSERT INTO loyalty_posting (entry_id, lot_id, source, target, points) VALUES (%s, %s, %s, %s, %s)"
LOT_MOVE = "UPDATE loyalty_lot SET {0} = {0} - %s, {1} = {1} + %s WHERE id = %s"
ACCOUNT_MOVE = "UPDATE loyalty_account SET {0} = {0} - %s, {1} = {1} + %s{2} WHERE id = %s"
# What ends next changes only with what is available.
SOONEST = """, (expires_on, expiring) = (
    SELECT max(expires_on), coalesce(max(points), 0) FROM (
        SELECT expires_on, sum(available) AS points FROM loyalty_lot
        WHERE account_id = loyalty_account.id AND available > 0 AND expires_on IS NOT NULL
        GROUP BY expires_on ORDER BY expires_on LIMIT 1
    ) AS soonest
)"""
HEARERS = """
    SELECT DISTINCT handler FROM events_delivery delivery JOIN events_event event ON event.id = event_id
    WHERE kind = 'loyalty.points_spent'
"""
EVENT = """
    WITH event AS (
        INSERT INTO events_event (kind, customer_id, data, happened_at, recorded_at)
        VALUES ('loyalty.points_spent', %s, %s, now(), now()) RETURNING id
    )
    INSERT INTO events_delivery (event_id, handler, state, attempts, due_at, error)
    SELECT event.id, handler, 'waiting', 0, now(), '' FROM event, unnest(%s) AS handler
"""


Redeem = Callable[[int], None]  # of the turn
Ready = Callable[[int], Redeem]  # of the process: what redeems for its people


def main(way: str, processes: int, times: int = 0) -> None:
    """`seed` and `check` prepare and close the books; `ours` and `bare` say that they are ready, wait, redeem and wait."""
    if way != "bare":
        import django

        import shop.celery  # noqa: F401  the configured broker, as the web server has it

        django.setup()
    if way == "seed":
        _seed(processes)
    elif way == "check":
        _check(processes)
    else:
        _lead(_ours if way == "ours" else _bare, processes, times)


def _lead(ready: Ready, processes: int, times: int) -> None:
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(processes + 1, timeout=60)
    herd = [fork.Process(target=_follow, args=(ready, number, times, gate.wait)) for number in range(processes)]
    for one in herd:
        one.start()
    gate.wait()
    print("ready", flush=True)
    sys.stdin.readline()
    gate.wait()
    for one in herd:
        one.join()
    print("failed" if any(one.exitcode for one in herd) else "done", flush=True)
    sys.stdin.readline()


def _follow(ready: Ready, number: int, times: int, wait: Callable[[], int]) -> None:
    """Redeem once unmeasured: processes of a server have long connected and loaded what they need."""
    redeem = ready(number)
    redeem(times)
    wait()
    wait()
    for turn in range(times):
        redeem(turn)


def _people(number: int) -> list[str]:
    return [f"person{number}-{place}@example.com" for place in range(PEOPLE)]


def _seed(processes: int) -> None:
    from loyalty import ledger
    from loyalty.models import Programme
    from shop.customers.models import Customer

    Programme.objects.create(is_on=True)
    for email in (email for number in range(processes) for email in _people(number)):
        customer = Customer.objects.for_email(email)
        for lot in range(3):
            ledger.earn(customer, 10_000, "goodwill", cause=f"{email}/{lot}")
    _ours(0)(-1)  # so that bare SQL finds who has to be told


def _check(redeemed: int) -> None:
    """Say what is wrong with the books, if anything. The seed redeemed once itself."""
    from django.db.models import Sum

    from loyalty.models import Account, Posting
    from shop.events import registry
    from shop.events.catalog import PointsSpent
    from shop.events.models import Delivery, Event

    redeemed += 1
    spent = Account.objects.aggregate(all=Sum("spent"))["all"]
    if spent != redeemed * POINTS or Account.objects.out_of_balance().exists():
        print(f"out of balance: {spent} spent")
    if Posting.objects.filter(target="spent").count() != redeemed:
        print("postings are missing")
    told = Event.objects.filter(kind=PointsSpent.kind)
    hearers = len(registry.handlers_of(PointsSpent.kind))
    if told.count() != redeemed or Delivery.objects.filter(event__in=told).count() != redeemed * hearers:
        print("not all is told")


def _ours(number: int) -> Redeem:
    from django.db import transaction

    from loyalty import ledger
    from shop.customers.models import Customer

    people = [Customer.objects.get(email=email) for email in _people(number)]

    def redeem(turn: int) -> None:
        cause = f"{os.getpid()}:{turn}"
        with transaction.atomic():
            ledger.hold(people[turn % PEOPLE], POINTS, cause=cause)
            ledger.spend_held(cause)

    return redeem


def _bare(number: int) -> Redeem:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    cursor = connection.cursor()
    cursor.execute("SELECT id FROM customers_customer WHERE email = ANY(%s) ORDER BY id", [_people(number)])
    people = [pk for (pk,) in cursor.fetchall()]
    cursor.execute(HEARERS)
    hearers = [name for (name,) in cursor.fetchall()]
    connection.commit()

    def redeem(turn: int) -> None:
        _redeem(cursor, people[turn % PEOPLE], f"{os.getpid()}:{turn}", hearers)
        connection.commit()

    return redeem


def _redeem(cursor: "psycopg2.extensions.cursor", customer: int, cause: str, hearers: list[str]) -> None:
    cursor.execute(LOCK, [customer])
    account, available = cursor.fetchone() or (0, 0)
    assert available >= POINTS
    cursor.execute(LOTS, [account])
    lot, there = cursor.fetchone() or (0, 0)
    assert there >= POINTS
    held = None
    for kind, source, target, soonest in (("hold", "available", "held", SOONEST), ("spend", "held", "spent", "")):
        cursor.execute(ENTRY, [account, kind, cause, POINTS, held])
        (held,) = cursor.fetchone() or (None,)
        cursor.execute(POSTING, [held, lot, source, target, POINTS])
        cursor.execute(LOT_MOVE.format(source, target), [POINTS, POINTS, lot])
        cursor.execute(ACCOUNT_MOVE.format(source, target, soonest), [POINTS, POINTS, account])
    cursor.execute(EVENT, [customer, f'{{"points": {POINTS}, "order_id": 0}}', hearers])


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:]))
