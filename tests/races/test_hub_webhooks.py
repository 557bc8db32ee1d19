"""Calls of the mail provider come in any order, several times and at once, and count once."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.db import connection

from shop.mail import outbox, suppression, webhooks
from shop.mail.models import Message, ProviderEvent
from tests import make

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def told(message, number, kind):
    """Postmark's words, through Anymail's own reader."""
    raw = {"MessageID": "x", "Metadata": {"message": str(message.uid)}, "Recipient": message.to_address}
    raw |= {
        "Delivery": {"RecordType": "Delivery", "DeliveredAt": "2026-11-22T10:00:00Z"},
        "Bounce": {"RecordType": "Bounce", "Type": "HardBounce", "ID": number, "BouncedAt": "2026-11-22T10:00:01Z"},
        "Complaint": {
            "RecordType": "SpamComplaint",
            "Type": "SpamComplaint",
            "ID": number,
            "BouncedAt": "2026-11-22T10:00:01Z",
        },
    }[kind]
    return PostmarkTrackingWebhookView().esp_to_anymail_event(json.loads(json.dumps(raw)))


def story():
    """Thirty messages: a third delivered, a third delivered and bounced, a third delivered and complained about."""
    messages, calls = [], []
    for number in range(30):
        message = outbox.send("account_unknown", make.customer(), {}, key=str(number))
        messages.append(message)
        calls.append(told(message, number, "Delivery"))
        if number % 3:
            calls.append(told(message, number, "Bounce" if number % 3 == 1 else "Complaint"))
    Message.objects.update(state="sent")
    return messages, calls


def call_all(calls, seed=7):
    """Each one to three times, shuffled, eight at once."""
    chance = random.Random(seed)
    repeated = [call for call in calls for _ in range(chance.randint(1, 3))]
    chance.shuffle(repeated)

    def take(call):
        try:
            webhooks.take(call, "Postmark")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take, repeated))


def test_repeated_calls_in_any_order_end_as_one_of_each_in_order():
    messages, calls = story()
    call_all(calls)
    states = dict(Message.objects.values_list("pk", "state"))
    for number, message in enumerate(messages):
        assert states[message.pk] == ("bounced" if number % 3 == 1 else "delivered")
        blocked = suppression.find(message.to_address)
        assert (blocked.reason if blocked else "") == ["", "bounce", "complaint"][number % 3]
        assert message.customer.events.filter(kind="mail.suppressed").count() == (1 if number % 3 else 0)
    assert ProviderEvent.objects.count() == len(calls)


def test_control_without_the_id_of_the_call_repeated_ones_count_again(monkeypatch):
    numbers = count()
    monkeypatch.setattr(webhooks, "_id_of", lambda event: str(next(numbers)))
    _, calls = story()
    call_all(calls)
    assert ProviderEvent.objects.count() > len(calls)
