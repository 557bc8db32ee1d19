"""Stripe, against a stub that speaks its language."""

import hashlib
import hmac
import json
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.forks import races
from shop.forks.order.models import Order
from shop.payments import attempts, refunds, settlement, sweeping, webhooks
from shop.payments.gateways.base import Unreachable
from shop.payments.gateways.card import Stripe
from shop.payments.models import WebhookEvent
from tests import make
from tests.shop.payments.stripe_stub import StripeStub, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(settings):
    stub = StripeStub()
    with running(stub) as address:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_1", address
        yield stub


def order_by_card():
    return make.order(make.product(price="10.00"), quantity=2, payment_code="stripe")


def paid(stripe):
    order = order_by_card()
    attempt = attempts.start(order, "stripe", "/thanks/").attempt
    stripe.pay(attempt.reference)
    settlement.settle(attempt)
    return Order.objects.get(pk=order.pk)


def test_the_shopper_pays_on_stripes_page_and_comes_back_to_ours(stripe, settings):
    order = order_by_card()
    step = attempts.start(order, "stripe", "/thanks/")
    assert step.redirect_url == "https://checkout.stripe.com/c/1"
    _method, _path, sent = stripe.calls[0]
    assert (sent["success_url"], sent["line_items[0][price_data][unit_amount]"]) == (f"{settings.SHOP_URL}/thanks/", "2490")
    assert [value for name, value in sent.items() if name.startswith("payment_method_types")] == ["card"]
    assert settlement.settle(step.attempt).state == "pending"
    stripe.pay("cs_1")
    attempt = settlement.settle(step.attempt)
    assert (attempt.state, attempt.charge) == ("captured", "pi_cs_1")
    assert Order.objects.get(pk=order.pk).status == "paid"


def test_starting_twice_opens_one_page(stripe):
    order = order_by_card()
    first, second = attempts.start(order, "stripe", "/"), attempts.start(order, "stripe", "/")
    assert first.redirect_url == second.redirect_url
    assert len(stripe.sessions) == 1


def unheard(stripe, path="/thanks/"):
    """An order whose page was opened at Stripe by a request that never heard of it."""
    order = order_by_card()
    stripe.is_silent = True
    with pytest.raises(Unreachable):
        attempts.start(order, "stripe", path)
    stripe.is_silent = False
    assert order.attempts.get().state == "new"
    return order


def test_silence_is_not_an_answer_and_asking_again_in_any_language_opens_the_same_page(stripe):
    order = unheard(stripe)
    step = attempts.start(order, "stripe", "/uk/thanks/")
    assert step.redirect_url == "https://checkout.stripe.com/c/1"
    stripe.pay("cs_1")
    assert settlement.settle(step.attempt).state == "captured"
    assert len(stripe.sessions) == 1


def test_a_page_that_nobody_was_shown_holds_nothing(stripe):
    order = unheard(stripe)
    sweeping.sweep(timezone.now() + timedelta(minutes=31))
    assert (Order.objects.get(pk=order.pk).status, order.attempts.get().state) == ("cancelled", "closed")


def test_who_cannot_reach_stripe_can_pay_another_way(stripe):
    order = order_by_card()
    stripe.is_silent = True
    with pytest.raises(Unreachable):
        attempts.start(order, "stripe", "/")
    attempts.start(order, "cash_on_delivery", "/")
    assert Order.objects.get(pk=order.pk).status == "on_delivery"


def test_a_page_that_was_given_up_while_it_was_opened_is_not_shown(stripe):
    order = order_by_card()
    races.on_point["pay.after_call"] = lambda: settlement.settle(order.attempts.get())
    try:
        step = attempts.start(order, "stripe", "/")
    finally:
        races.on_point.clear()
    assert (step.redirect_url, step.attempt.state) == (None, "closed")
    assert attempts.start(order, "stripe", "/").redirect_url == "https://checkout.stripe.com/c/2"


@pytest.mark.parametrize("trouble", [{"refusal": "The amount is too small."}, {"is_locked": True}])
def test_what_stripe_does_not_take_is_no_error_page(stripe, trouble):
    order = order_by_card()
    vars(stripe).update(trouble)
    with pytest.raises(Unreachable):
        attempts.start(order, "stripe", "/")
    assert settlement.give_up(order).status == "cancelled"


def test_a_call_of_stripe_names_the_page_that_we_never_heard_of(stripe):
    order = unheard(stripe)
    attempt = settlement.settle(order.attempts.get())
    stripe.pay("cs_1")
    call = {"provider": "stripe", "event_id": "evt_1", "kind": "checkout.session.completed", "reference": "cs_1"}
    webhooks.apply(WebhookEvent.objects.create(attempt_key=attempt.key, **call))
    assert (order.attempts.get().state, Order.objects.get(pk=order.pk).status) == ("captured", "paid")


def test_an_order_given_up_closes_the_page_first(stripe):
    order = order_by_card()
    attempts.start(order, "stripe", "/")
    assert settlement.give_up(order).status == "cancelled"
    assert stripe.sessions["cs_1"]["status"] == "expired"


def test_an_order_given_up_while_it_was_paid_stays(stripe):
    order = order_by_card()
    attempts.start(order, "stripe", "/")
    stripe.pay("cs_1")
    assert settlement.give_up(order).status == "paid"


def test_money_goes_back_once_also_when_stripe_is_silent_about_it(stripe):
    order = paid(stripe)
    stripe.is_silent = True
    made = refunds.refund(order, {order.lines.get().pk: 1}, reason="broken", by=None)
    assert made.state == "pending"
    stripe.is_silent = False
    assert refunds.carry_out(made).state == "done"
    assert stripe.refunds == [("pi_cs_1", 1000)]


def test_what_stripe_refuses_is_told_to_staff(stripe):
    order = paid(stripe)
    stripe.refusal = "Charge ch_1 has been charged back."
    made = refunds.refund(order, {order.lines.get().pk: 1}, reason="broken", by=None)
    assert (made.state, made.error) == ("failed", stripe.refusal)


def called(client, settings, kind, thing, event_id="evt_1"):
    """Stripe calls and is heard; the status of the answer."""
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec"]
    body = json.dumps({"id": event_id, "type": kind, "data": {"object": thing}}).encode()
    stamp = int(time.time())
    signature = hmac.new(b"whsec", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={stamp},v1={signature}"}
    status = client.post("/pay/stripe/webhook/", body, content_type="application/json", headers=headers).status_code
    webhooks.apply_waiting()
    return status


@pytest.mark.parametrize(
    ("kind", "thing", "note"),
    [
        ("charge.dispute.created", {"object": "dispute", "id": "dp_1", "metadata": {}}, "disputes the payment"),
        ("refund.failed", {"object": "refund", "id": "re_1", "metadata": {"refund": "x"}}, "could not give a refund back"),
    ],
)
def test_what_only_staff_can_answer_stands_on_the_order_once(stripe, client, settings, kind, thing, note):
    order = paid(stripe)
    for _call in range(2):
        assert called(client, settings, kind, {**thing, "payment_intent": "pi_cs_1"}) == 200
    assert note in order.notes.get().message
    assert called(client, settings, kind, {**thing, "payment_intent": "pi_of_another_shop"}, "evt_2") == 200
    assert order.notes.count() == 1


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("24.90", "EUR", 2490),
        ("500", "JPY", 500),
        ("500", "ISK", 50000),
        ("1200", "RSD", 120000),  # written without hundredths, counted with them
        ("990", "ALL", 99000),
        ("1.250", "KWD", 1250),
    ],
)
def test_amounts_are_counted_as_stripe_counts_them(amount, currency, units):
    assert Stripe().units(Decimal(amount), currency) == units
