"""The browser's return, the webhook and the sweep settle an attempt once, in any order; money is never stranded."""

import itertools
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from shop.events.models import Event
from shop.forks import races
from shop.forks.order.models import Order
from shop.payments import attempts, settlement, sweeping, webhooks
from shop.payments.gateways import rehearsal
from shop.payments.models import PaymentAttempt, Refund, TestSession
from tests import make
from tests.races import ledgers
from tests.races.conftest import all_at_once, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def provider_answers():
    yield
    rehearsal.silent.clear()
    rehearsal.unreachable.clear()


def charged(order=None):
    """An order that the provider has taken the money for, and nobody has told us."""
    order = order or make.order()
    attempt = attempts.start(order, "test", "/").attempt
    rehearsal.charge(TestSession.objects.get(key=attempt.key))
    return attempt


def comes_back(attempt):
    settlement.settle(PaymentAttempt.objects.get(pk=attempt.pk))


def is_told(attempt):
    body, headers = rehearsal.webhook_call(attempt.key, "charge.captured", f"event-{attempt.key}")
    webhooks.take("test", RequestFactory().post("/", body, content_type="application/json", headers=headers))
    webhooks.apply_waiting()


def is_swept(attempt):
    sweeping.sweep(timezone.now() + LATER)


WAYS = (comes_back, is_told, is_swept)


def paid_once(order_id):
    order = Order.objects.get(pk=order_id)
    states = [attempt.state for attempt in order.attempts.all()]
    events = Event.objects.filter(kind="order.paid", data__order_id=order_id).count()
    return order.status == "paid" and states == ["captured"] and events == 1 and not Refund.objects.exists()


@pytest.mark.parametrize("ways", itertools.permutations(WAYS), ids=lambda ways: "-".join(way.__name__ for way in ways))
def test_whoever_comes_first_the_order_is_paid_once(ways):
    attempt = charged()
    for way in ways:
        way(attempt)
    assert paid_once(attempt.order_id)
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()


def all_ways_at_once(attempt):
    """All have asked the provider before the first of them writes."""
    return all_at_once([lambda way=way: way(attempt) for way in WAYS * 3])


def test_all_of_them_together_pay_it_once():
    for attempt in [charged() for _ in range(4)]:
        assert not [end for end in all_ways_at_once(attempt) if end is not None]
        assert paid_once(attempt.order_id)
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()


def test_without_the_guard_a_paid_order_is_taken_for_paid_twice_and_refunded():
    attempt = charged()
    with unguarded("settle"):
        all_ways_at_once(attempt)
        assert not paid_once(attempt.order_id)


def test_a_provider_that_charges_and_is_silent_is_asked_by_the_sweep():
    rehearsal.silent.add("start")  # it opens the page and we never hear of it
    order = make.order()
    with pytest.raises(rehearsal.Unreachable):
        attempts.start(order, "test", "/")
    rehearsal.charge(TestSession.objects.get(key=order.attempts.get().key))
    sweeping.sweep(timezone.now() + LATER)
    assert paid_once(order.pk)
    assert ledgers.taken() == ledgers.paid()


def test_while_the_provider_does_not_answer_nothing_is_decided():
    attempt = charged()
    rehearsal.unreachable.update(("outcome", "close"))
    sweeping.sweep(timezone.now() + LATER)
    order = Order.objects.get(pk=attempt.order_id)
    assert (order.status, order.attempts.get().state) == ("pending_payment", "pending")
    rehearsal.unreachable.clear()
    sweeping.sweep(timezone.now() + LATER)
    assert paid_once(order.pk)


def test_a_payment_that_is_known_only_after_the_order_was_given_up_goes_back():
    attempt = charged(make.order(product := make.product()))
    # As if the provider had closed its page and then taken the money after all.
    PaymentAttempt.objects.filter(pk=attempt.pk).update(state="closed")
    settlement.give_up(attempt.order)
    assert ledgers.reserved(product) == 0
    is_told(attempt)
    assert ledgers.taken() == ledgers.paid() == 0
    assert Refund.objects.get().state == "done"
    assert Order.objects.get().status == "cancelled"
    assert not ledgers.broken()


def test_giving_up_while_the_buyer_pays_ends_in_an_order_or_in_nothing():
    for _ in range(6):
        order = make.order()
        attempt = attempts.start(order, "test", "/").attempt
        session = TestSession.objects.get(key=attempt.key)

        def pay(session=session, attempt=attempt):
            rehearsal.charge(session)
            comes_back(attempt)

        all_at_once([pay, lambda order=order: settlement.give_up(order)])
    sweeping.sweep(timezone.now() + LATER)
    assert set(Order.objects.values_list("status", flat=True)) <= {"paid", "cancelled"}
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()


def test_a_declined_card_can_be_tried_again_and_pays_once():
    order = make.order()
    first = attempts.start(order, "test", "/").attempt
    rehearsal.decline(TestSession.objects.get(key=first.key), "card_declined")
    assert settlement.settle(first).state == "declined"
    ends = all_at_once([lambda: attempts.start(order, "test", "/").attempt.key] * 6)
    assert len(set(ends)) == 1
    make.pay(order)
    assert ledgers.taken() == ledgers.paid() == order.total_incl_tax
    assert sorted(order.attempts.values_list("state", flat=True)) == ["captured", "declined"]
    assert races.on_point == {}
