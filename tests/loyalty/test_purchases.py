import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty import purchases
from loyalty.models import Entry, Lot
from shop.orders import audit, fulfilment
from shop.payments import refunds
from tests import make
from tests.loyalty import make as loyal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def running():
    loyal.programme(return_days=14, delivery_days=7)
    loyal.rule()


def paid(deliver, *prices, quantity=1):
    order = make.paid_order(*(make.product(price=price) for price in prices), quantity=quantity)
    deliver()
    return order


def ship(order):
    return fulfilment.ship(order, {line.pk: line.to_ship for line in order.lines.all()})


def test_an_unpaid_order_earns_nothing(deliver):
    order = make.order(make.product(price="20.00"))
    deliver()
    assert not Entry.objects.filter(account__customer=order.customer).exists()


def test_points_wait_for_the_return_window(deliver):
    order = paid(deliver, "20.00")
    ship(order)
    fulfilment.deliver(order)
    deliver()
    now = timezone.now()
    assert purchases.activate_due(now + timedelta(days=13)) == 0
    assert purchases.activate_due(now + timedelta(days=15)) == 1
    assert loyal.pots(order.customer) == {"available": 20}


def test_without_a_note_of_the_delivery_they_wait_as_long_as_it_takes(deliver):
    order = paid(deliver, "20.00")
    ship(order)
    deliver()
    now = timezone.now()
    assert purchases.activate_due(now + timedelta(days=20)) == 0
    assert purchases.activate_due(now + timedelta(days=22)) == 1


def test_points_of_an_order_that_has_not_left_go_on_waiting(deliver):
    order = paid(deliver, "20.00")
    assert purchases.activate_due(timezone.now() + timedelta(days=60)) == 0
    assert loyal.pots(order.customer) == {"pending": 20}


def test_hearing_of_the_payment_twice_earns_once(deliver):
    order = paid(deliver, "20.00")
    purchases.earn(order)
    purchases.earn(order)
    assert loyal.pots(order.customer) == {"pending": 20}


def test_a_refund_takes_back_at_the_rate_of_then(deliver):
    """Where the rate was doubled meanwhile, refunding 50 points takes 50."""
    order = paid(deliver, "50.00")
    rule = order.points_promised.shares.get().rule
    rule.rate = Decimal(2)
    rule.save()
    refunds.refund_all(order, reason="", by=None)
    deliver()
    assert loyal.pots(order.customer) == {"reversed": 50}


@pytest.mark.parametrize("seed", range(7))
def test_partial_refunds_in_any_order_leave_what_the_kept_goods_earn(deliver, seed):
    order = paid(deliver, "3.33", "9.99", "0.51", quantity=2)
    lines = list(order.lines.order_by("pk"))
    units = [line.pk for line in lines for _ in range(2)]
    orders = list(itertools.permutations(range(6)))
    paid_for = sum(line.line_price_incl_tax for line in lines)
    for at in orders[seed * 97]:
        refunds.refund(order, {units[at]: 1}, reason="", by=None)
        deliver()
        line = order.lines.get(pk=units[at])
        paid_for -= line.line_price_incl_tax / 2
        kept = loyal.pots(order.customer).get("pending", 0)
        assert kept == int(paid_for)
    assert loyal.pots(order.customer) == {"reversed": 27}
    assert not audit.broken()


def test_a_refund_that_is_heard_of_before_the_payment(deliver):
    order = make.paid_order(make.product(price="20.00"), make.product(price="10.00"))
    refunds.refund(order, {order.lines.order_by("pk").last().pk: 1}, reason="", by=None)
    purchases.take_back(order, because="refund:early")
    deliver()
    assert loyal.pots(order.customer) == {"pending": 20, "reversed": 10}


def test_a_programme_switched_on_after_an_order_was_placed_counts_it(deliver):
    loyal.programme(is_on=False)
    order = make.order(make.product(price="20.00"))
    loyal.programme(is_on=True)
    make.pay(order)
    deliver()
    assert loyal.pots(order.customer) == {"pending": 20}


def test_the_lot_knows_its_order(deliver):
    order = paid(deliver, "20.00")
    assert Lot.objects.get().entry.order == order


def test_a_refund_of_an_order_from_before_the_programme_earns_nothing(deliver):
    loyal.programme(is_on=False)
    order = paid(deliver, "20.00", "10.00")
    loyal.programme(is_on=True)
    refunds.refund(order, {order.lines.first().pk: 1}, reason="", by=None)
    deliver()
    assert not Entry.objects.exists()
