"""Refunds never exceed what was paid, however many are asked for at once."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from shop.events.models import Event
from shop.forks.order.models import Order
from shop.payments import refunds
from shop.payments.gateways import rehearsal
from shop.payments.models import PaymentAttempt, Refund, RefundLine
from shop.payments.refunds import TooMuch
from tests import make
from tests.races import ledgers
from tests.races.conftest import all_at_once, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

BOOKS = {"refunds_within_the_payment": "payments_paymentattempt", "units_are_refunded_once": "order_line"}


def refunds_of(units, times):
    """So many times one unit of an order."""
    staff = make.user()
    order = make.paid_order(make.product(price="3.33", stock=20), quantity=units)
    line = order.lines.get()

    def give_back():
        mine = Order.objects.get(pk=order.pk)
        return refunds.refund(mine, {line.pk: 1}, shipping=Decimal(0), reason="broken", by=staff)

    return order, [give_back] * times


def test_thirty_refunds_at_once_give_back_ten_units():
    order, calls = refunds_of(10, times=30)
    ends = all_at_once(calls)
    assert sum(isinstance(end, Refund) for end in ends) == 10
    assert sum(isinstance(end, TooMuch) for end in ends) == 20
    assert ledgers.taken() == ledgers.paid() == order.shipping_incl_tax
    assert ledgers.reserved(order.lines.get().product) == 0
    assert Event.objects.filter(kind="order.refunded").count() == 10
    assert not ledgers.broken()


def test_without_the_guard_units_are_given_back_twice():
    _order, calls = refunds_of(3, times=8)
    with unguarded("refund", constraints=BOOKS):
        all_at_once(calls)
        given = RefundLine.objects.filter(refund__state="done").aggregate(all=Sum("quantity"))["all"]
        assert given > 3
        assert ledgers.broken()


def test_a_refund_carried_out_by_many_is_given_once():
    order = make.paid_order(make.product(price="10.00"), quantity=2)
    rehearsal.silent.add("refund")
    made = refunds.refund(order, {order.lines.get().pk: 1}, reason="broken", by=None)
    rehearsal.silent.clear()
    assert made.state == "pending"
    all_at_once([lambda: refunds.carry_out(Refund.objects.get(pk=made.pk))] * 10)
    assert ledgers.taken() == ledgers.paid() == order.total_incl_tax - 10
    assert Event.objects.filter(kind="order.refunded").count() == 1
    assert PaymentAttempt.objects.get().refunded == 10
    assert not ledgers.broken()
