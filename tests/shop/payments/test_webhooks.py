"""Calls of the providers: forged ones do nothing, real ones count once, in any order."""

import hashlib
import hmac
import json
import random
import time
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shop.forks.order.models import Order
from shop.payments import attempts, settlement, sweeping, webhooks
from shop.payments.gateways import rehearsal
from shop.payments.models import PaymentAttempt, Refund, TestSession, WebhookEvent
from tests import make

pytestmark = pytest.mark.django_db

SECRETS = ["whsec_old", "whsec_new"]


def charged():
    attempt = attempts.start(make.order(), "test", "/").attempt
    rehearsal.charge(TestSession.objects.get(key=attempt.key))
    return attempt


def call(client, body, headers, provider="test"):
    address = reverse(f"payments:{provider}-webhook")
    return client.post(address, body, content_type="application/json", headers=headers).status_code


def test_a_call_is_written_down_at_once_and_applied_after(client):
    attempt = charged()
    assert call(client, *rehearsal.webhook_call(attempt.key, "charge.captured")) == 200
    assert Order.objects.get().status == "pending_payment"
    assert webhooks.apply_waiting() == 1
    assert Order.objects.get().status == "paid"
    assert webhooks.apply_waiting() == 0


def test_repeated_and_shuffled_calls_come_to_the_same(client):
    calls = []
    for attempt in [charged() for _ in range(4)]:
        for kind in ("session.opened", "charge.captured"):
            calls += [rehearsal.webhook_call(attempt.key, kind, f"{kind}-{attempt.key}")] * 3
    random.Random(7).shuffle(calls)
    assert {call(client, *one) for one in calls} == {200}
    assert (WebhookEvent.objects.count(), webhooks.apply_waiting()) == (8, 8)
    assert {order.status for order in Order.objects.all()} == {"paid"}
    assert not Refund.objects.exists()


def test_a_call_that_says_paid_pays_nothing_that_was_not_paid(client):
    attempt = attempts.start(make.order(), "test", "/").attempt
    assert call(client, *rehearsal.webhook_call(attempt.key, "charge.captured")) == 200
    webhooks.apply_waiting()
    assert Order.objects.get().status == "pending_payment"


def signed(body, stamp):
    return f"{stamp},{rehearsal.signature_of(body, str(stamp))}"


BODY = json.dumps({"id": "1", "type": "charge.captured", "attempt": str(uuid.uuid4())}).encode()
NOW = int(time.time())
FORGED = {
    "no signature": (BODY, ""),
    "only a time": (BODY, str(NOW)),
    "another's signature": (BODY, f"{NOW},{'0' * 64}"),
    "another body": (BODY.replace(b"captured", b"refunded"), signed(BODY, NOW)),
    "a byte more": (BODY + b" ", signed(BODY, NOW)),
    "an old one": (BODY, signed(BODY, NOW - 3600)),
    "one from the future": (BODY, signed(BODY, NOW + 3600)),
    "another time": (BODY, f"{NOW + 1},{rehearsal.signature_of(BODY, str(NOW))}"),
    "no number": (BODY, f"now,{rehearsal.signature_of(BODY, 'now')}"),
    "a huge number": (BODY, f"{'9' * 400},x"),
    "other letters": (BODY, f"{NOW},ünïcödé"),
    "no JSON": (b"paid!", signed(b"paid!", NOW)),
    "a list": (b"[]", signed(b"[]", NOW)),
    "no event id": (b'{"type": "x"}', signed(b'{"type": "x"}', NOW)),
    "no attempt": (b'{"id": "1", "type": "x", "attempt": "me"}', signed(b'{"id": "1", "type": "x", "attempt": "me"}', NOW)),
    "broken letters": (b"\xff\xfe", signed(b"\xff\xfe", NOW)),
    "nothing": (b"", signed(b"", NOW)),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_call_is_refused_and_leaves_no_trace(client, forged):
    body, signature = forged
    assert call(client, body, {"Test-Signature": signature.encode("utf-8").decode("latin-1")}) == 400
    assert not WebhookEvent.objects.exists()


def test_a_call_of_another_shop_is_kept_and_changes_nothing(client):
    assert call(client, *rehearsal.webhook_call(uuid.uuid4(), "charge.captured")) == 200
    webhooks.apply_waiting()
    assert WebhookEvent.objects.get().applied_at
    assert not PaymentAttempt.objects.exists()


def test_huge_bodies_and_other_verbs_are_refused(client):
    assert call(client, b"x" * (257 * 1024), {"Test-Signature": "x"}) == 413
    assert client.get(reverse("payments:test-webhook")).status_code == 405


def stripe_call(secret, *, stamp=None, body=None):
    session = {"object": "checkout.session", "id": "cs_1", "client_reference_id": str(uuid.uuid4())}
    body = body or json.dumps({"id": "evt_1", "type": "checkout.session.completed", "data": {"object": session}}).encode()
    stamp = stamp or int(time.time())
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"Stripe-Signature": f"t={stamp},v1={signature}"}


@pytest.mark.parametrize("secret", SECRETS)
def test_stripes_calls_are_known_by_either_of_two_live_secrets(client, settings, secret):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS
    assert call(client, *stripe_call(secret), provider="stripe") == 200
    assert WebhookEvent.objects.get().kind == "checkout.session.completed"


@pytest.mark.parametrize(
    "forged",
    [
        stripe_call("whsec_wrong"),
        stripe_call("whsec_old", stamp=int(time.time()) - 400),
        stripe_call("whsec_old", body=b"not json"),
        stripe_call("whsec_old", body=b'{"id": "evt_1"}'),
        stripe_call("whsec_old", body=b'{"id": "evt_1", "type": "x", "data": {"object": []}}'),
        (stripe_call("whsec_old")[0], {"Stripe-Signature": "t=,v1="}),
        (stripe_call("whsec_old")[0], {}),
    ],
)
def test_forged_calls_in_stripes_name_are_refused(client, settings, forged):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS
    assert call(client, *forged, provider="stripe") == 400
    assert not WebhookEvent.objects.exists()


def test_without_secrets_every_call_is_forged(client, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert call(client, *stripe_call(""), provider="stripe") == 400


def test_a_call_that_cannot_be_applied_stops_neither_the_others_nor_the_sweep(client, monkeypatch):
    first, second, third = charged(), charged(), attempts.start(make.order(), "test", "/").attempt
    for attempt in (first, second):
        assert call(client, *rehearsal.webhook_call(attempt.key, "charge.captured")) == 200
    settle = settlement.settle

    def sometimes(attempt):
        if attempt.pk == first.pk:
            raise ZeroDivisionError
        return settle(attempt)

    monkeypatch.setattr(settlement, "settle", sometimes)
    sweeping.sweep(timezone.now() + timedelta(hours=1))
    assert [one.status for one in Order.objects.order_by("pk")] == ["pending_payment", "paid", "cancelled"]
    monkeypatch.undo()
    assert webhooks.apply_waiting() == 1
    first.order.refresh_from_db()
    assert (first.order.status, third.order.attempts.get().state) == ("paid", "closed")
