"""The one way out."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shop.customers import consent, privacy
from shop.mail import outbox, rendering, suppression
from shop.mail.models import Attention, Message
from tests import make

pytestmark = pytest.mark.django_db


def subscriber(topic="news", **fields):
    customer = make.customer(**fields)
    consent.give(customer, topic, source="form", confirmed_at=timezone.now())
    return customer


def write(customer, key="1", **options):
    return outbox.send("account_unknown", customer, {"signup_url": "https://shop.example/x"}, key=key, **options)


def test_a_message_waits_for_the_sender_in_the_words_of_its_reader():
    message = write(make.customer(language="uk"))
    assert (message.state, message.language, message.topic) == ("queued", "uk", "")
    assert message.subject and "https://shop.example/x" in message.html and "https://shop.example/x" in message.text
    assert 'lang="uk"' in message.html


def test_the_same_cause_writes_one_message():
    ana = make.customer()
    assert write(ana, key="A-7") == write(ana, key="A-7")
    assert Message.objects.count() == 1
    assert write(ana, key="A-8") != write(ana, key="A-7")


def test_what_rolls_back_was_never_written():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(make.customer())
        _ = 1 / 0
    assert not Message.objects.exists()


def test_marketing_needs_a_yes_and_says_why_not():
    withheld = write(make.customer(), topic="news")
    assert (withheld.state, withheld.reason) == ("withheld", "The customer has not agreed to this topic.")
    assert write(subscriber(), key="2", topic="news").state == "queued"


def test_marketing_to_a_blocked_mailbox_is_withheld_however_it_is_spelled():
    suppression.suppress("ana@example.com", "complaint")
    withheld = write(subscriber(email="ANA+shop@example.com"), topic="news")
    assert (withheld.state, withheld.reason) == ("withheld", "The address is suppressed.")


def test_what_an_order_needs_is_sent_to_a_blocked_mailbox_too():
    suppression.suppress("ana@example.com", "bounce")
    assert write(make.customer("ana@example.com")).state == "queued"


def test_nobody_writes_to_the_erased():
    ana = make.customer()
    privacy.erase(ana)
    ana.refresh_from_db()
    assert write(ana).state == "withheld"
    assert write(None, key="2").reason == "There is no address to write to."


def test_quiet_hours_put_off_marketing_only():
    here = timezone.localtime()
    Attention.objects.create(quiet_from=(here - timedelta(hours=1)).time(), quiet_until=(here + timedelta(hours=9)).time())
    assert write(subscriber(), topic="news").due_at > timezone.now() + timedelta(hours=8)
    assert write(make.customer(), key="2").due_at <= timezone.now()


def test_marketing_carries_its_way_out():
    message = write(subscriber(), topic="news")
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message.headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("http") and link in message.html and link in message.text
    assert "List-Unsubscribe" not in write(make.customer(), key="2").headers


def test_a_context_with_a_model_in_it_is_refused():
    """A template that marketers may edit one day must not reach a password through `customer.user`."""
    ana = make.customer(user=make.user())
    for context in ({"customer": ana}, {"rows": [{"who": ana}]}, {"users": type(ana).objects.all()}, {"f": print}):
        with pytest.raises(rendering.NotPlain):
            outbox.send("account_unknown", ana, context, key="1")
    assert not Message.objects.exists()


def test_a_name_with_markup_or_line_breaks_is_only_a_name():
    evil = "Eve\r\nBcc: all@example.com <script>alert(1)</script> {{ shop.url }}"
    message = outbox.send("order_paid", make.customer(), {"order": {"number": evil, "first_name": evil}}, key="1")
    assert "\n" not in message.subject and "\r" not in message.subject
    assert "<script>" not in message.html and "{{ shop.url }}" in message.subject


def test_an_unknown_language_falls_back(settings):
    assert write(make.customer(language="tlh")).language == settings.LANGUAGE_CODE


def test_links_never_depend_on_the_request(settings):
    settings.SHOP_URL = "https://teapot.example"
    assert outbox.absolute("/basket/") == "https://teapot.example/basket/"
    assert outbox.absolute("https://elsewhere.example/x") == "https://elsewhere.example/x"


def test_files_go_along():
    message = write(make.customer(), attachments=[outbox.Attachment("data.json", "application/json", b"{}")])
    assert message.attachments == [{"name": "data.json", "type": "application/json", "content": "e30="}]
