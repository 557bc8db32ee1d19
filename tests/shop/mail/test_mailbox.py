"""The demo's mailbox: everything that was sent, and nothing outside the demo."""

import re

import pytest
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

from shop.customers import privacy
from shop.mail import envelope, outbox, sending
from shop.mail.models import Message
from tests import make
from tests.campaigns import letters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "shop.mail.backends.Mailbox"


def message(email="ana@example.com", key="1"):
    return outbox.send("account_unknown", make.customer(email), {}, key=key)


def pages(shown):
    return [
        reverse("mailbox"),
        reverse("mailbox_message", args=[shown.uid]),
        reverse("mailbox_body", args=[shown.uid]),
    ]


def test_what_the_demo_sends_is_in_the_mailbox_newest_first(client):
    message(key="1"), message("ben@example.com", key="2")
    sending.send_due()
    page = client.get(reverse("mailbox")).content.decode()
    assert 0 < page.index("ben@example.com") < page.index("ana@example.com")
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_the_mailbox_takes_everything_but_what_cannot_be_a_mail():
    mailbox = get_connection()
    assert mailbox.send_messages([EmailMessage("Hello", "You", to=["ana@example.com"])] * 2) == 2
    with pytest.raises(ValueError):
        mailbox.send_messages([EmailMessage("Hello\nBcc: all@example.com", "You", to=["ana@example.com"])])


@pytest.mark.parametrize("sought", ["ANA@", "ana@example.com", " ana ", "Anna%", "'; --", "\x00", "<script>", "x" * 500])
def test_searching_finds_what_has_the_words(client, sought):
    message(key="1"), message("ben@example.com", key="2")
    answer = client.get(reverse("mailbox"), {"q": sought})
    found = [shown.to_address for shown in answer.context["page"]]
    assert found == (["ana@example.com"] if "ana" in sought.lower() else found)
    assert "<script>" not in answer.content.decode()


def test_what_was_written_to_somebody_who_is_erased_is_an_empty_page(client):
    ana = letters.subscriber()
    letters.written(letters.newsletter())
    privacy.erase(ana)
    shown = Message.objects.get(kind="newsletter")
    for page in pages(shown):
        answer = client.get(page)
        assert answer.status_code == 200
        assert ana.email not in answer.content.decode()
    assert "List-Unsubscribe" not in envelope.headers_of(shown)


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999", ""])
def test_odd_pages_are_pages(client, number):
    message()
    assert client.get(reverse("mailbox"), {"page": number}).status_code == 200


def test_a_message_shows_text_headers_and_the_mail_in_a_sandbox(client):
    shown = message()
    page = client.get(reverse("mailbox_message", args=[shown.uid])).content.decode()
    assert "Message-ID" in page and str(shown.uid) in page
    frame = re.search(r"<iframe[^>]*>", page)[0]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "allow-scripts" not in frame and "allow-same-origin" not in frame


def test_the_mail_alone_has_a_policy_of_its_own(client):
    answer = client.get(reverse("mailbox_body", args=[message().uid]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy and "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in answer.content.decode()


def test_outside_the_demo_there_is_no_mailbox(client, settings):
    shown = message()
    settings.DEMO = False
    assert [client.get(page).status_code for page in pages(shown)] == [404, 404, 404]


def test_it_is_for_reading_only(client):
    assert [client.post(page).status_code for page in pages(message())] == [405, 405, 405]


def test_the_list_costs_the_same_with_many_messages(client, costs_the_same):
    numbers = iter(range(99))
    costs_the_same(show=lambda: client.get(reverse("mailbox")), add_row=lambda: message(key=str(next(numbers))))
