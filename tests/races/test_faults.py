"""Real servers that die under load: web workers, the database itself, the broker. In the end nothing is missing."""

import itertools
import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from shop.events.models import Delivery, Event
from shop.forks.order.models import Line, Order
from shop.forks.partner.models import StockRecord
from shop.mail.models import Message
from shop.payments import sweeping
from shop.payments.models import PaymentAttempt, TestCharge
from shop.shipping.models import Method
from tests import make, sink
from tests.races import brokers, databases, ledgers, servers
from tests.races.shoppers import Shopper, shop

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = timedelta(hours=2)
HABITS = ["pay", "pay", "pay", "silent", "pay", "pay", ""]
ENDS = {"pay": "thanked", "silent": "charged", "": "left"}


def crowd_at(address, count, *, stock=1000):
    """People with two products in their baskets; one of the products may not last for all of them."""
    if not Method.objects.exists():
        make.delivery()
    tea, mug = make.product("Assam", stock=stock), make.product("Mug", price="12.30", stock=1000)
    baskets = [make.basket(tea, mug) for _ in range(count)]
    habits = [HABITS[number % len(HABITS)] for number in range(count)]
    return [
        Shopper(address, basket.pk, f"guest{number}@example.com", habit)
        for number, (basket, habit) in enumerate(zip(baskets, habits, strict=True))
    ]


def reap():
    """What the timetable does every minute, two hours later."""
    sweeping.sweep(timezone.now() + LATER)


def all_adds_up():
    """To the cent and to the unit, by the provider's books, the shop's, and the audit."""
    assert set(Order.objects.values_list("status", flat=True)) <= {"paid", "cancelled"}
    assert ledgers.taken() == ledgers.paid() > 0
    assert not PaymentAttempt.objects.filter(state="open").exists()
    for record in StockRecord.objects.all():
        sold = Line.objects.filter(product=record.product_id, order__status="paid").aggregate(all=Sum("quantity"))["all"] or 0
        assert (record.num_in_stock - sold >= 0, record.num_allocated) == (True, sold)
    assert TestCharge.objects.filter(amount__gt=0).values("charge_key").distinct().count() == TestCharge.objects.count()
    call_command("audit")


def test_web_workers_killed_again_and_again_lose_no_money_and_no_stock(tmp_path):
    chance, kills = random.Random(5), []
    with servers.web(tmp_path / "web.log") as web:
        crowd = crowd_at(web.address, 44, stock=30)
        ends = Counter(shop(crowd, lambda: kills.append(web.kill_one(chance)), every=10))
    assert kills.count(True) >= 6 and sum(len(one.lost) for one in crowd) >= 5, "the kills hit nobody"
    assert ends["thanked"] > 15 and ends["charged"] and not ends["somewhere"], ends
    assert ledgers.taken() != ledgers.paid(), "nobody was stranded, so the sweep below shows nothing"
    reap()
    all_adds_up()


def test_a_database_restarted_at_once_again_and_again_keeps_every_promise(tmp_path):
    """Nothing committed is lost, nothing uncommitted is half there, and the shop comes back by itself."""
    restarts = []
    with databases.own(tmp_path / "database") as database:

        def restart():
            database.restart_at_once()
            restarts.append(len(restarts))

        with servers.web(tmp_path / "web.log", workers=2) as web:
            crowd = crowd_at(web.address, 44, stock=30)
            ends = Counter(shop(crowd, restart, every=30))
        connections.close_all()  # ours broke too
        assert len(restarts) >= 3 and sum(len(one.lost) for one in crowd) >= 5, "the restarts hit nobody"
        assert ends["thanked"] > 15 and ends["charged"] and not ends["somewhere"], ends
        assert Order.objects.filter(status="paid").count() >= ends["thanked"], "somebody was thanked, and their order is gone"
        assert ledgers.taken() != ledgers.paid(), "nobody was stranded, so the sweep below shows nothing"
        reap()
        all_adds_up()


def test_control_a_database_that_confirms_before_it_has_written_loses_a_paid_order(tmp_path):
    """What the durable settings are for: with them off, "thank you" was said too early."""
    lax = {"wal_writer_delay": "10s"}
    with databases.own(tmp_path / "database", durable=False, options=lax) as database:
        order = make.paid_order()
        database.restart_at_once()
        connections.close_all()
        assert not Order.objects.filter(pk=order.pk, status="paid").exists()


def test_a_broker_that_forgets_and_dies_loses_no_order_no_event_and_no_mail(tmp_path):
    """The broker only rings: what must happen is a row, and the timetable finds it when the ring was lost."""
    with sink.open_sink() as post, brokers.own(tmp_path / "valkey") as broker:
        forgotten = make.paid_order()
        broker.forget_everything()
        faults = itertools.cycle([broker.forget_everything, broker.die_and_come_back])

        def strike():
            next(faults)()

        with (
            servers.web(tmp_path / "web.log", workers=2, **broker.environment) as web,
            servers.worker(tmp_path / "worker.log", mail_port=post.port, **broker.environment) as worker,
        ):
            assert not post.to(forgotten.email), "the lost ring was heard, so what follows shows nothing"
            crowd = crowd_at(web.address, 56)
            ends = Counter(shop(crowd, strike, every=18))
            assert broker.deaths >= 2 and broker.losses >= 2, (broker.deaths, broker.losses)
            assert ends == Counter(ENDS[one.ending] for one in crowd), "an order failed for want of a doorbell"
            reap()
            wait_until(nothing_waits, 40, meanwhile=broker.tick)
            assert worker.poll() is None, "the worker gave up with the broker"
        all_adds_up()
        told_of_everything(post)


def nothing_waits():
    mails = Message.objects.filter(state__in=["queued", "sending"])
    return not Delivery.objects.waiting().exists() and not mails.exists()


def wait_until(is_so, seconds, *, meanwhile):
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        meanwhile()
        time.sleep(0.5)
    assert is_so()


def told_of_everything(post):
    """Each paid order stands in the log once, every handler heard of it, and one mail about it arrived."""
    assert not Delivery.objects.failed().exists()
    paid = list(Order.objects.filter(status="paid"))
    for order in paid:
        for kind in ("order.placed", "order.paid"):
            assert Event.objects.filter(kind=kind, data__order_id=order.pk).count() == 1
        assert len(post.to(order.email)) == 1, order.email
    assert Message.objects.filter(kind="order_paid", state="sent").count() == len(paid) == len(post.mails)
