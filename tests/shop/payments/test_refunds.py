"""Giving money back."""

from decimal import Decimal

import pytest

from shop.events.models import Event
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.orders import audit, fulfilment
from shop.payments import refunds, settlement
from shop.payments.gateways import rehearsal
from shop.payments.gateways.base import RefundOutcome
from shop.payments.models import Refund, TestCharge
from shop.payments.refunds import TooMuch
from tests import make

pytestmark = pytest.mark.django_db


def stock(order):
    record = StockRecord.objects.get(product=order.lines.get().product)
    return record.num_in_stock, record.num_allocated


def give_back(order, count=0, shipping="0", **more):
    quantities = {order.lines.get().pk: count} if count else {}
    return refunds.refund(order, quantities, shipping=Decimal(shipping), reason="broken", by=None, **more)


def test_units_and_delivery_go_back_for_what_they_were_paid():
    make.offer(off="10.00")
    order = make.paid_order(make.product(price="10.00"), quantity=3)  # 20.00 for three
    amounts = [give_back(order, 1).amount for _ in range(3)]
    assert amounts == [Decimal("6.67"), Decimal("6.67"), Decimal("6.66")]
    assert give_back(order, shipping="4.90").amount == Decimal("4.90")
    assert Order.objects.get(pk=order.pk).status == "refunded"
    assert sum(charge.amount for charge in TestCharge.objects.all()) == 0
    assert not audit.broken()


@pytest.mark.parametrize(
    ("count", "shipping"), [(4, "0"), (-1, "0"), (0, "0"), (1, "4.91"), (1, "-1"), (1, "0.001"), (1, "99999")]
)
def test_never_more_than_was_paid_nor_odd_amounts(count, shipping):
    order = make.paid_order(make.product(), quantity=3)
    with pytest.raises(TooMuch):
        give_back(order, count, shipping)
    assert not Refund.objects.exists()
    assert order.attempts.get().refunded == 0


def test_lines_of_other_orders_and_unpaid_orders_give_nothing_back():
    order, other = make.paid_order(), make.paid_order()
    with pytest.raises(TooMuch):
        refunds.refund(order, {other.lines.get().pk: 1}, reason="", by=None)
    with pytest.raises(TooMuch):
        give_back(make.order(), 1)


def test_units_that_are_still_here_are_free_again_and_those_that_came_back_are_in_stock():
    order = make.paid_order(make.product(stock=10), quantity=3)
    fulfilment.ship(order, {order.lines.get().pk: 2})
    assert stock(order) == (8, 1)
    give_back(order, 1)
    assert stock(order) == (8, 0)
    assert Order.objects.get(pk=order.pk).status == "shipped"  # nothing is left to ship
    give_back(order, 1)
    give_back(order, 1, restock=False)
    assert stock(order) == (9, 0)
    assert not audit.broken()


def test_cancelling_a_paid_order_gives_everything_back():
    order = make.paid_order(make.product(), quantity=2)
    made = refunds.refund_all(order, reason="sold out elsewhere", by=make.user())
    order.refresh_from_db()
    assert (made.amount, order.status, stock(order)) == (order.total_incl_tax, "refunded", (10, 0))
    event = Event.objects.get(kind="order.refunded")
    assert (event.data["amount"], event.data["line_quantities"]) == (str(made.amount), {str(order.lines.get().pk): 2})


def test_a_refund_that_the_provider_refuses_can_be_asked_for_again(monkeypatch):
    order = make.paid_order(make.product(), quantity=2)
    monkeypatch.setattr(
        rehearsal.Rehearsal, "refund", lambda self, refund: RefundOutcome(is_done=False, error="closed account")
    )
    made = give_back(order, 1)
    assert (made.state, made.error, order.attempts.get().refunded) == ("failed", "closed account", 0)
    monkeypatch.undo()
    assert give_back(order, 1).state == "done"
    assert stock(order) == (10, 1)  # the cancelled unit is free, once
    assert Event.objects.filter(kind="order.refunded").count() == 1
    assert not audit.broken()


def test_units_that_came_back_are_in_stock_once_though_the_first_refund_was_refused(monkeypatch):
    order = make.paid_order(make.product(stock=10), quantity=2)
    fulfilment.ship(order, {order.lines.get().pk: 2})
    monkeypatch.setattr(rehearsal.Rehearsal, "refund", lambda self, refund: RefundOutcome(is_done=False, error="disputed"))
    assert give_back(order, 1).state == "failed"
    assert stock(order) == (8, 0)
    monkeypatch.undo()
    assert give_back(order, 1).state == "done"
    assert stock(order) == (9, 0)


def test_transfers_are_given_back_by_hand_and_noted():
    order = settlement.receive(make.order(payment_code="cash_on_delivery"), make.user())
    assert give_back(order, 1).state == "done"
    assert not TestCharge.objects.exists()
    assert not audit.broken()


def test_a_free_order_is_given_back_too():
    make.delivery(free_over="0")
    basket = make.basket(make.product(), vouchers=(make.voucher(off="50.00"),))
    order = make.order(filled=basket, payment_code="free")
    made = refunds.refund_all(order, reason="mistake", by=None)
    assert (made.amount, made.state, stock(order)) == (0, "done", (10, 0))
