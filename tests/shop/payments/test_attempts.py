"""Trying to be paid."""

from decimal import Decimal

import pytest

from shop.forks.order.models import Order
from shop.mail.models import Message
from shop.orders import audit
from shop.orders.models import PaymentMethod
from shop.payments import attempts, providers, settlement
from shop.payments.gateways import rehearsal
from shop.payments.gateways.base import Unreachable
from shop.payments.models import TestSession
from tests import make

pytestmark = pytest.mark.django_db


def states(order):
    return [attempt.state for attempt in order.attempts.order_by("pk")]


def test_the_first_attempt_is_there_with_the_order_and_start_uses_it():
    order = make.order()
    assert states(order) == ["new"]
    step = attempts.start(order, "test", "/thanks/")
    assert step.redirect_url == f"/pay/test/{step.attempt.key}/"
    assert (states(order), step.attempt.return_path) == (["pending"], "/thanks/")


def test_starting_again_leads_to_the_same_page():
    order = make.order()
    steps = {attempts.start(order, "test", "/").redirect_url for _ in range(3)}
    assert len(steps) == TestSession.objects.count() == 1


def test_a_declined_payment_is_tried_again_on_the_same_order():
    order = make.order()
    first = attempts.start(order, "test", "/").attempt
    rehearsal.decline(TestSession.objects.get(), "card_declined")
    assert settlement.settle(first).error == "card_declined"
    order = make.pay(order)
    assert (order.status, states(order)) == ("paid", ["declined", "captured"])


def test_the_shopper_may_turn_to_another_way_to_pay_and_back(deliver):
    PaymentMethod.objects.create(code="bank_transfer", instructions="RO49 AAAA 1B31")
    order = make.order()
    attempts.start(order, "test", "/")
    step = attempts.start(order, "bank_transfer", "/")
    order.refresh_from_db()
    assert (step.redirect_url, order.status, order.payment_code) == (None, "awaiting_transfer", "bank_transfer")
    assert Message.objects.get(kind="order_placed").to_address == order.email
    order = make.pay(order)
    assert (order.status, states(order)) == ("paid", ["closed", "closed", "captured"])
    assert not audit.broken()


def test_what_was_paid_on_the_first_page_is_not_paid_again_on_a_second():
    order = make.order()
    attempts.start(order, "test", "/")
    rehearsal.charge(TestSession.objects.get())
    step = attempts.start(order, "cash_on_delivery", "/")
    assert (step.redirect_url, states(order)) == (None, ["captured"])
    assert Order.objects.get(pk=order.pk).status == "paid"


def test_there_is_nothing_to_start_for_what_is_paid_or_given_up():
    paid, gone = make.paid_order(), settlement.give_up(make.order())
    assert attempts.start(paid, "test", "/").attempt.state == "captured"
    assert attempts.start(gone, "test", "/").redirect_url is None
    assert not TestSession.objects.filter(is_closed=False).exclude(key=paid.attempts.get().key).exists()


def test_an_unknown_way_to_pay_is_refused():
    with pytest.raises(attempts.NoSuchPayment):
        attempts.start(make.order(), "shells", "/")


def test_a_silent_provider_leaves_the_attempt_to_be_tried_again():
    order = make.order()
    rehearsal.unreachable.add("start")
    try:
        with pytest.raises(Unreachable):
            attempts.start(order, "test", "/")
    finally:
        rehearsal.unreachable.clear()
    assert attempts.start(order, "test", "/").redirect_url


def test_no_provider_is_called_inside_a_transaction():
    from django.db import transaction

    order = make.order()
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction.atomic():
        attempts.start(order, "test", "/")


def test_ways_to_pay_are_those_the_merchant_offers_here_for_this_total():
    def codes(total="50", country="RO"):
        return [one.code for one in providers.available(Decimal(total), "EUR", country)]

    assert codes() == ["test", "cash_on_delivery"]
    PaymentMethod.objects.create(code="bank_transfer", position=1, countries=["RO"])
    PaymentMethod.objects.create(code="cash_on_delivery", position=2, max_total="100", surcharge="2")
    assert codes() == ["test", "bank_transfer", "cash_on_delivery"]
    assert codes(total="101") == ["test", "bank_transfer"]
    assert codes(country="MD") == ["test", "cash_on_delivery"]
    assert codes(total="0") == ["free"]
    PaymentMethod.objects.create(code="test", is_on=False)
    assert "test" not in codes()


def test_cards_need_keys_whatever_the_merchant_switches_on(settings):
    PaymentMethod.objects.create(code="stripe")
    assert "stripe" not in [one.code for one in providers.available(Decimal(1), "EUR", "RO")]
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    assert "stripe" in [one.code for one in providers.available(Decimal(1), "EUR", "RO")]


@pytest.mark.parametrize(
    ("amount", "currency", "is_taken"),
    [("0.50", "EUR", True), ("0.49", "EUR", False), ("50", "JPY", True), ("1.230", "KWD", True), ("1.235", "KWD", False)],
)
def test_cards_are_offered_for_what_stripe_takes(settings, amount, currency, is_taken):
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    offered = [one.code for one in providers.available(Decimal(amount), currency, "RO")]
    assert ("stripe" in offered) is is_taken
    assert "test" in offered


def test_the_test_provider_is_never_offered_in_production(settings):
    settings.DEMO = settings.TESTING = False
    PaymentMethod.objects.create(code="test")
    assert "test" not in [one.code for one in providers.available(Decimal(1), "EUR", "RO")]
