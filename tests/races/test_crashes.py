"""Whatever dies, and wherever: each payment taken ends as a paid order or goes back, and nothing stays held."""

import threading
from datetime import timedelta

import psycopg2
import pytest
from django.db import Error, connection, connections
from django.test import RequestFactory
from django.utils import timezone

from shop.forks import races
from shop.forks.basket.models import Basket
from shop.forks.order.models import Order
from shop.payments import attempts, refunds, settlement, sweeping, webhooks
from shop.payments.gateways import rehearsal
from shop.payments.models import TestSession
from tests import make
from tests.races import ledgers
from tests.races.conftest import all_at_once, dies_at, kill_own_connection

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = timedelta(hours=2)
CUT_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)
"""


def shopping(basket, *, is_webhook=False):
    """From the basket to the payment and back, as the web process does it."""
    order = make.order(filled=basket)
    attempt = attempts.start(order, "test", "/").attempt
    rehearsal.charge(TestSession.objects.get(key=attempt.key))
    if is_webhook:
        body, headers = rehearsal.webhook_call(attempt.key, "charge.captured")
        webhooks.take("test", RequestFactory().post("/", body, content_type="application/json", headers=headers))
        webhooks.apply_waiting()
    settlement.settle(attempt)


BEFORE_THE_ORDER = [
    "place.basket_claimed",
    "place.priced",
    "place.stock_reserved",
    "place.vouchers_taken",
    "place.before_commit",
]
BEFORE_THE_CHARGE = ["place.after_commit", "pay.before_call", "pay.after_call"]
AFTER_THE_CHARGE = ["settle.after_answer", "settle.before_commit", "settle.after_commit"]
IN_THE_WEBHOOK = ["webhook.verified", "webhook.written"]


def end_of(point, *, is_webhook=False):
    """Die at a point, sweep two hours later; the product, its basket and the orders there are."""
    make.delivery()
    product = make.product()
    basket = make.basket(product)
    assert dies_at(point, lambda: shopping(basket, is_webhook=is_webhook))
    sweeping.sweep(timezone.now() + LATER)
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()
    return product, Basket.objects.get(pk=basket.pk), list(Order.objects.all())


@pytest.mark.parametrize("point", BEFORE_THE_ORDER)
def test_dying_before_the_order_is_written_leaves_the_basket_as_it_was(point):
    product, basket, orders = end_of(point)
    assert (orders, basket.status, ledgers.reserved(product)) == ([], "Open", 0)


@pytest.mark.parametrize("point", BEFORE_THE_CHARGE)
def test_dying_before_the_payment_frees_what_was_held_and_the_basket(point):
    product, basket, orders = end_of(point)
    assert [order.status for order in orders] == ["cancelled"]
    assert (basket.status, basket.item_count, ledgers.reserved(product)) == ("Open", 1, 0)
    assert ledgers.taken() == 0


@pytest.mark.parametrize("point", AFTER_THE_CHARGE)
def test_dying_after_the_payment_ends_in_a_paid_order(point):
    product, basket, orders = end_of(point)
    assert [order.status for order in orders] == ["paid"]
    assert (basket.status, ledgers.reserved(product)) == ("Submitted", 1)
    assert ledgers.taken() == orders[0].total_incl_tax


@pytest.mark.parametrize("point", IN_THE_WEBHOOK)
def test_dying_in_the_webhook_ends_in_a_paid_order(point):
    _product, _basket, orders = end_of(point, is_webhook=True)
    assert [order.status for order in orders] == ["paid"]


@pytest.mark.parametrize("point", ["refund.checked", "refund.after_answer"])
def test_dying_in_a_refund_gives_back_all_of_it_or_nothing(point):
    order = make.paid_order(make.product(price="10.00"), quantity=2)
    line = order.lines.get()
    assert dies_at(point, lambda: refunds.refund(order, {line.pk: 1}, reason="broken", by=None))
    sweeping.sweep(timezone.now() + LATER)
    given = order.total_incl_tax - ledgers.taken()
    assert given == (10 if point == "refund.after_answer" else 0)
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()


@pytest.mark.parametrize("point", ["place.before_commit", "settle.before_commit"])
def test_a_database_that_goes_away_in_the_middle_leaves_nothing_half_done(point):
    make.delivery()
    product = make.product()
    basket = make.basket(product)
    races.on_point[point] = kill_own_connection
    (end,) = all_at_once([lambda: shopping(basket)])
    assert isinstance(end, (Error, psycopg2.Error))
    races.on_point.clear()
    sweeping.sweep(timezone.now() + LATER)
    assert [order.status for order in Order.objects.all()] == (["paid"] if point == "settle.before_commit" else [])
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()


def test_without_the_sweep_a_payment_is_stranded():
    """The negative control: what the sweep is for."""
    make.delivery()
    basket = make.basket(make.product())
    assert dies_at("settle.after_answer", lambda: shopping(basket))
    assert ledgers.taken() > ledgers.paid() == 0


def test_a_database_that_cuts_everybody_off_again_and_again_strands_nothing():
    """As in a restart of the server: whoever is connected loses the transaction they are in."""
    make.delivery()
    baskets = [make.basket(make.product()) for _ in range(40)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
    done = threading.Event()

    def cut_off():
        while not done.wait(0.15):
            with connection.cursor() as cursor:
                cursor.execute(CUT_OFF, [mine])
        connections.close_all()

    cutter = threading.Thread(target=cut_off)
    cutter.start()
    ends = all_at_once([lambda basket=basket: shopping(basket) for basket in baskets])
    done.set()
    cutter.join()
    assert any(isinstance(end, (Error, psycopg2.Error)) for end in ends)
    sweeping.sweep(timezone.now() + LATER)
    assert set(Order.objects.values_list("status", flat=True)) <= {"paid", "cancelled"}
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()
