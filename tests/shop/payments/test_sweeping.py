"""What nobody came back for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.forks.order.models import Order
from shop.mail.models import Message
from shop.orders import audit
from shop.orders.models import PaymentMethod
from shop.payments import attempts, settlement, sweeping
from shop.payments.gateways import rehearsal
from shop.payments.models import PaymentAttempt, Refund, TestSession
from tests import make

pytestmark = pytest.mark.django_db


def after(**time):
    sweeping.sweep(timezone.now() + timedelta(**time))


def status(order):
    return Order.objects.get(pk=order.pk).status


def test_an_order_nobody_paid_is_given_up_after_half_an_hour_and_not_before(deliver):
    order = make.order()
    attempts.start(order, "test", "/")
    after(minutes=29)
    assert status(order) == "pending_payment"
    after(minutes=31)
    assert status(order) == "cancelled"
    deliver()
    assert not Message.objects.filter(kind="order_cancelled").exists()  # they left; that is no news to them
    assert not audit.broken()


def test_a_second_try_has_its_own_half_hour():
    order = make.order()
    Order.objects.update(date_placed=timezone.now() - timedelta(hours=1))
    attempts.start(order, "test", "/")
    after(minutes=5)
    assert status(order) == "pending_payment"


def test_a_payment_that_nobody_told_us_of_is_found():
    order = make.order()
    attempt = attempts.start(order, "test", "/").attempt
    rehearsal.charge(TestSession.objects.get(key=attempt.key), is_late=True)
    settlement.settle(attempt)
    assert status(order) == "pending_payment"
    after(minutes=31)  # the page is closed, and closing it tells what was paid on it
    assert status(order) == "paid"


def test_a_transfer_may_take_a_week_and_then_the_buyer_is_told(deliver):
    PaymentMethod.objects.create(code="bank_transfer")
    order = make.order(payment_code="bank_transfer")
    after(days=6)
    assert status(order) == "awaiting_transfer"
    after(days=8)
    assert status(order) == "cancelled"
    deliver()
    assert Message.objects.filter(kind="order_cancelled").count() == 1


def test_cash_on_delivery_waits_as_long_as_it_takes():
    order = make.order(payment_code="cash_on_delivery")
    after(days=60)
    assert status(order) == "on_delivery"


def test_a_refund_left_in_the_middle_is_carried_out():
    order = make.paid_order()
    rehearsal.unreachable.add("refund")
    from shop.payments import refunds

    made = refunds.refund_all(order, reason="x", by=None)
    rehearsal.unreachable.clear()
    assert made.state == "pending"
    after(minutes=5)
    assert Refund.objects.get().state == "done"


def test_one_that_fails_does_not_stop_the_others(monkeypatch):
    first, second = make.order(), make.order()
    broken = first.attempts.get().pk
    settle = settlement.settle

    def sometimes(attempt):
        if attempt.pk == broken:
            raise ZeroDivisionError
        return settle(attempt)

    monkeypatch.setattr(settlement, "settle", sometimes)
    after(hours=1)
    assert (status(first), status(second)) == ("pending_payment", "cancelled")
    monkeypatch.undo()
    after(hours=1)
    assert status(first) == "cancelled"
    assert not PaymentAttempt.objects.open().exists()
