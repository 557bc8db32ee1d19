"""What the mail provider tells later."""

import base64
import json
from pathlib import Path

import pytest
from anymail.signals import AnymailTrackingEvent
from django.utils import timezone

from shop.customers import consent
from shop.mail import outbox, suppression, webhooks
from shop.mail.models import Message, ProviderEvent
from tests import make

pytestmark = pytest.mark.django_db

REAL = Path("/work/shared/data/esp_webhooks/postmark.json")
SECRET = "hook:a-long-secret"


@pytest.fixture(autouse=True)
def configured(settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": [SECRET]}


def call(client, payload, *, secret=SECRET, provider="postmark", raw=None):
    headers = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    body = raw if raw is not None else json.dumps(payload)
    return client.post(f"/anymail/{provider}/tracking/", body, content_type="application/json", **headers)


def sent(key="1", topic="", state="sent"):
    customer = make.customer()
    if topic:
        consent.give(customer, topic, source="form", confirmed_at=timezone.now())
    message = outbox.send("account_unknown", customer, {}, key=key, topic=topic)
    Message.objects.filter(pk=message.pk).update(state=state, provider_id=f"provider-{key}")
    message.refresh_from_db()
    return message


def told(kind, message, **more):
    """A call as Postmark makes it, about one of our messages."""
    at = {"Delivery": "DeliveredAt", "Bounce": "BouncedAt", "SpamComplaint": "BouncedAt"}.get(kind, "ChangedAt")
    return {
        "RecordType": kind,
        "MessageID": message.provider_id,
        "Recipient": message.to_address,
        at: "2026-11-22T10:00:00Z",
    } | more


def hard_bounce(message, number=1):
    return told("Bounce", message, Type="HardBounce", ID=number, Email=message.to_address, Details="smtp;550 5.1.1 unknown")


def complaint(message, number=1):
    return told("SpamComplaint", message, Type="SpamComplaint", ID=number, Email=message.to_address)


def state_of(message):
    return Message.objects.get(pk=message.pk).state


def test_delivered_is_noted(client):
    message = sent()
    assert call(client, told("Delivery", message)).status_code == 200
    assert state_of(message) == "delivered"


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "uncertain"])
def test_our_own_id_in_the_call_finds_a_message_whose_sender_died(client, state):
    message = sent(state=state)
    call(client, told("Delivery", message, MessageID="unheard-of", Metadata={"message": str(message.uid)}))
    assert state_of(message) == "delivered"


def test_a_hard_bounce_blocks_the_mailbox_and_is_an_event(client):
    message = sent()
    call(client, hard_bounce(message))
    assert state_of(message) == "bounced"
    assert suppression.find(message.to_address).reason == "bounce"
    assert message.customer.events.get().kind == "mail.suppressed"


def test_a_soft_bounce_blocks_nobody(client):
    message = sent()
    call(client, told("Bounce", message, Type="SoftBounce", ID=5))
    assert state_of(message) == "bounced"
    assert suppression.find(message.to_address) is None


def other_providers_say(message, provider, word):
    """The same news in the words of another provider."""
    about = {"email": message.to_address, "event": word}
    ours = {"message": str(message.uid)}
    if provider == "sendgrid":
        word, _, kind = word.partition("/")
        return [about | ours | {"event": word, "type": kind, "timestamp": 1, "sg_event_id": "1", "reason": "550 5.1.1"}]
    return about | {"ts_epoch": 1, "id": 7, "X-Mailin-custom": json.dumps(ours)}


@pytest.mark.parametrize(
    ("provider", "word", "blocked"),
    [
        ("sendgrid", "bounce/bounce", True), ("sendgrid", "bounce/blocked", False),
        ("brevo", "hard_bounce", True), ("brevo", "soft_bounce", False),
    ],
)  # fmt: skip
def test_each_provider_has_its_own_word_for_hard_and_soft(client, provider, word, blocked):
    message = sent()
    assert call(client, other_providers_say(message, provider, word), provider=provider).status_code == 200
    assert state_of(message) == "bounced"
    assert bool(suppression.find(message.to_address)) is blocked


@pytest.mark.parametrize(
    ("raw", "blocked"),
    [
        ({"event": "hard_bounce"}, True), ({"event": "soft_bounce"}, False),
        ({"event": "bounce", "hard_bounce": True}, True), ({"event": "bounce", "hard_bounce": False}, False),
        ({"type": "activity.soft_bounced"}, False), ({"event": {"odd": 1}}, False),
    ],
)  # fmt: skip
def test_bounces_of_providers_that_give_no_reason(raw, blocked):
    message = sent()
    told_so = {"event_type": "bounced", "recipient": message.to_address, "metadata": {"message": str(message.uid)}}
    webhooks.take(AnymailTrackingEvent(**told_so, esp_event=raw), "test")
    assert bool(suppression.find(message.to_address)) is blocked


@pytest.mark.parametrize(
    ("raw", "blocked"),
    [
        ({"msys": {"message_event": {"type": "bounce", "bounce_class": "10"}}}, True),
        ({"msys": {"message_event": {"type": "bounce", "bounce_class": "22"}}}, False),  # the mailbox is full
        ({"type": "email.bounced", "data": {"bounce": {"type": "Permanent"}}}, True),
        ({"type": "email.bounced", "data": {"bounce": {"type": "Transient"}}}, False),
        ({"msys": ["odd"], "data": {"bounce": None}}, True),
    ],
)
def test_a_full_mailbox_is_not_blocked_whatever_reason_anymail_gives_for_it(raw, blocked):
    message = sent()
    told_so = {"event_type": "bounced", "recipient": message.to_address, "metadata": {"message": str(message.uid)}}
    webhooks.take(AnymailTrackingEvent(**told_so, reject_reason="bounced", esp_event=raw), "test")
    assert bool(suppression.find(message.to_address)) is blocked


def test_a_complaint_stops_marketing(client):
    message = sent(topic="news")
    call(client, complaint(message))
    assert suppression.find(message.to_address).reason == "complaint"
    later = outbox.send("account_unknown", message.customer, {}, key="2", topic="news")
    assert later.state == "withheld"


def test_a_bounce_and_the_complaint_with_the_same_number_both_count(client):
    message = sent()
    call(client, hard_bounce(message, number=9))
    call(client, complaint(message, number=9))
    assert ProviderEvent.objects.count() == 2


def test_a_stop_at_the_providers_end_is_a_no_to_that_topic(client):
    message = sent(topic="news")
    call(client, told("SubscriptionChange", message, SuppressSending=True, SuppressionReason="ManualSuppression"))
    assert not consent.is_given(message.customer, "news")


def test_a_call_that_comes_three_times_counts_once(client):
    message = sent()
    for _ in range(3):
        assert call(client, hard_bounce(message)).status_code == 200
    assert ProviderEvent.objects.count() == 1
    assert message.customer.events.count() == 1


def test_calls_in_any_order_end_the_same(client):
    first, second = sent("1"), sent("2")
    for payload in (told("Delivery", first), hard_bounce(first, 1), hard_bounce(second, 2), told("Delivery", second)):
        call(client, payload)
    assert state_of(first) == state_of(second) == "bounced"


def test_what_was_never_sent_is_not_delivered(client):
    message = sent(state="withheld")
    call(client, told("Delivery", message))
    assert state_of(message) == "withheld"


def test_an_event_about_a_mail_of_somebody_else_touches_nobody(client):
    stranger = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 1, "MessageID": "theirs", "Email": "their@example.com"}
    assert call(client, stranger).status_code == 200
    assert suppression.find("their@example.com") is None


def test_opens_and_clicks_leave_no_row(client):
    message = sent()
    call(client, told("Open", message, ReceivedAt="2026-11-22T10:00:00Z"))
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    "secret",
    ["", "hook:wrong", "hook:", ":a-long-secret", "hook", "HOOK:a-long-secret", "hook:a-long-secret ", "a-long-secret"],
)
def test_a_forged_call_does_nothing(client, secret):
    message = sent()
    assert call(client, hard_bounce(message), secret=secret).status_code == 400
    assert state_of(message) == "sent"
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("nothing", ["", [], None])
def test_without_a_secret_in_the_settings_every_call_is_refused(client, settings, nothing):
    settings.ANYMAIL = {"WEBHOOK_SECRET": nothing}
    message = sent()
    assert call(client, hard_bounce(message)).status_code == 404
    assert call(client, hard_bounce(message), secret="").status_code == 404
    assert state_of(message) == "sent"


def test_two_secrets_are_good_while_one_is_replaced(client, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["hook:new", SECRET]}
    for number, secret in enumerate(["hook:new", SECRET]):
        assert call(client, hard_bounce(sent(str(number)), number), secret=secret).status_code == 200
    assert ProviderEvent.objects.count() == 2


@pytest.mark.parametrize(
    "raw", ["", "{", "[]", "null", "5", '"x"', "\x00", '{"RecordType": []}', '{"RecordType":"Bounce","BouncedAt":5}']
)
def test_a_broken_call_is_a_bad_request(client, raw):
    assert call(client, None, raw=raw).status_code in (200, 400)
    assert not ProviderEvent.objects.filter(message__isnull=False).exists()


@pytest.mark.parametrize("provider", ["nobody", "../admin", "postmark%2F..", "x" * 500])
def test_an_unknown_provider_is_not_found(client, provider):
    assert call(client, {}, provider=provider).status_code == 404


def test_only_posts_are_events(client):
    assert client.get("/anymail/postmark/tracking/").status_code == 405


def test_a_failure_of_ours_lets_the_provider_call_again(client, monkeypatch):
    message = sent()
    monkeypatch.setattr("shop.mail.suppression.suppress", lambda *args: 1 / 0)
    client.raise_request_exception = False
    assert call(client, hard_bounce(message)).status_code == 500
    assert state_of(message) == "sent" and not ProviderEvent.objects.exists(), "half of it stayed"
    monkeypatch.undo()
    assert call(client, hard_bounce(message)).status_code in (200, 404)


@pytest.mark.skipif(not REAL.exists(), reason="the recorded calls are not on this machine")
def test_recorded_calls_of_a_provider_do_what_they_say(client):
    for number, recorded in enumerate(json.loads(REAL.read_text())):
        payload = recorded["payload"]
        message = sent(f"real-{number}", topic="news")
        payload |= {"MessageID": message.provider_id}
        assert call(client, payload).status_code == 200, recorded["test"]
        blocked = bool(suppression.find(message.to_address))
        kind, reason = payload["RecordType"], payload.get("Type") or payload.get("SuppressionReason")
        assert blocked is (reason in {"HardBounce", "SpamComplaint"}), recorded["test"]
        expected = {"Delivery": "delivered", "Bounce": "bounced"}.get(kind, "sent")
        if reason in {"HardBounce", "Unsubscribe", "ManualSuppression"}:
            expected = {"HardBounce": "bounced"}.get(reason, "sent")
        assert state_of(message) == expected, recorded["test"]
        stopped = reason in {"ManualSuppression", "Unsubscribe"}
        assert consent.is_given(message.customer, "news") is not stopped, recorded["test"]
