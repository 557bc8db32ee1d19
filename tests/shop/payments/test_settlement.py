"""How an attempt ended."""

import pytest

from shop.forks.order.models import Order
from shop.orders.statuses import NotPossible
from shop.payments import attempts, settlement
from shop.payments.gateways import rehearsal
from shop.payments.gateways.base import Outcome, Result
from shop.payments.models import PaymentAttempt, Refund, TestCharge, TestSession
from tests import make

pytestmark = pytest.mark.django_db


def started(order=None):
    return attempts.start(order or make.order(), "test", "/").attempt


def status_of(attempt):
    return Order.objects.get(pk=attempt.order_id).status


def test_while_the_shopper_is_on_the_payment_page_nothing_is_decided():
    attempt = settlement.settle(started())
    assert (attempt.state, status_of(attempt)) == ("pending", "pending_payment")


def test_coming_back_without_having_paid_pays_nothing():
    """T51: a return address opened by hand."""
    attempt = started()
    for _ in range(3):
        settlement.settle(attempt)
    assert status_of(attempt) == "pending_payment"
    assert not TestCharge.objects.exists()


def test_a_charge_of_another_amount_or_currency_does_not_pay_the_order(monkeypatch):
    for minor_units, currency in ((1, "EUR"), (1340, "JPY")):
        attempt = started()
        lie = Outcome(Result.CAPTURED, "ch_1", minor_units, currency)
        monkeypatch.setattr(rehearsal.Rehearsal, "outcome", lambda self, attempt, lie=lie: lie)
        attempt = settlement.settle(attempt)
        monkeypatch.undo()
        assert (attempt.state, status_of(attempt)) == ("surplus", "pending_payment")
        assert attempt.order.notes.get().note_type == "Error"
        assert not Refund.objects.exists()  # a person has to look at it


def test_money_for_an_order_that_was_given_up_goes_back():
    attempt = started()
    rehearsal.charge(TestSession.objects.get())
    PaymentAttempt.objects.update(state="closed")  # as if the provider had promised that nothing would come
    settlement.give_up(attempt.order)
    attempt = settlement.settle(PaymentAttempt.objects.get())
    assert attempt.state == "surplus"
    assert Refund.objects.get().state == "done"
    assert sum(charge.amount for charge in TestCharge.objects.all()) == 0


def test_giving_up_finds_out_that_the_order_was_paid_after_all():
    attempt = started()
    rehearsal.charge(TestSession.objects.get())
    assert settlement.give_up(attempt.order).status == "paid"


def test_giving_up_waits_for_a_provider_that_does_not_answer():
    attempt = started()
    rehearsal.unreachable.add("close")
    try:
        with pytest.raises(NotPossible):
            settlement.give_up(attempt.order)
    finally:
        rehearsal.unreachable.clear()
    assert status_of(attempt) == "pending_payment"


def test_a_closed_page_takes_no_money():
    attempt = started()
    settlement.give_up(attempt.order)
    assert rehearsal.charge(TestSession.objects.get()) is None
    assert not TestCharge.objects.exists()


def test_staff_receive_a_transfer_once():
    order, staff = make.order(payment_code="cash_on_delivery"), make.user()
    first = settlement.receive(order, staff)
    assert settlement.receive(order, staff).paid_at == first.paid_at
    assert (first.status, first.attempts.get().state, first.notes.get().user) == ("paid", "captured", staff)


def test_staff_cannot_receive_what_is_paid_online():
    with pytest.raises(NotPossible):
        settlement.receive(make.order(), make.user())
