"""Subscribing, asking for the link, and choosing without an account."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.customers import accounts, consent
from shop.customers.models import Consent, Customer
from shop.mail import outbox, preferring, suppression, unsubscribing, wishes
from shop.mail.models import Message
from tests import make

pytestmark = pytest.mark.django_db


def subscribe(client, email="ana@example.com", **typed):
    return client.post(reverse("news:subscribe"), {"email": email, **typed})


def mails(kind):
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def link_in(message):
    return re.search(r"https?://[^\s\"<]+?(/(?:subscribe|news)/[^\s\"<]+)", message.html or message.text)[1]


def choices(**typed):
    return {"topics": ["news"], "often": "", "language": "en", **typed}


def reader(email="ana@example.com"):
    person = make.customer(email)
    consent.give(person, "news", source="form", confirmed_at=timezone.now())
    return person


def test_the_form_stands_in_the_foot_of_each_page_and_needs_no_cookie(client):
    page = client.get(reverse("home"))
    assert reverse("news:subscribe") in page.content.decode()
    assert not page.cookies


def test_nobody_is_subscribed_before_the_mailbox_says_yes(client, deliver):
    assert subscribe(client)["Location"] == reverse("news:asked")
    deliver()
    ana = Customer.objects.get(email="ana@example.com")
    assert not consent.is_given(ana, "news")
    [mail] = mails("consent_confirm")
    assert client.get(link_in(mail)).status_code == 200
    assert not consent.is_given(ana, "news")
    thanks = client.post(link_in(mail)).content.decode()
    assert consent.is_given(ana, "news")
    assert "/news/choices/" in thanks
    row = consent.standing(ana)["news", "email"]
    assert (row.source, bool(row.wording), bool(row.confirmed_at)) == ("form", True, True)


def test_the_answer_is_the_same_for_known_and_unknown_addresses(client, deliver):
    reader()
    answers = [subscribe(client, email) for email in ("ana@example.com", "new@example.com")]
    pages = [client.get(answer["Location"]).content for answer in answers]
    assert pages[0] == pages[1]
    deliver()
    assert [mail.to_address for mail in mails("consent_confirm")] == ["new@example.com"]


def test_a_page_in_another_language_writes_in_it(client):
    client.post("/uk/news/", {"email": "olena@example.com"})
    assert Customer.objects.get(email="olena@example.com").language == "uk"


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "ana@example.com\nBcc: eve@example.com", "a" * 300 + "@example.com", "\0@example.com"]
)
def test_what_is_no_address_is_said(client, email):
    answer = subscribe(client, email)
    assert answer.status_code == 422
    assert not Consent.objects.exists()


def test_robots_are_thanked_and_nothing_happens(client):
    assert subscribe(client, website="x")["Location"] == reverse("news:asked")
    assert not Customer.objects.exists()


def test_nobody_can_flood_a_mailbox_or_the_shop(client):
    assert [subscribe(client).status_code for _ in range(6)] == [302] * 5 + [429]
    others = [subscribe(client, f"x{number}@example.com").status_code for number in range(6)]
    assert others[-1] == 429


def test_the_link_is_sent_to_the_mailbox_and_only_if_the_shop_knows_it(client, deliver):
    reader()
    for email in ("ana@example.com", "stranger@example.com"):
        assert client.post(reverse("news:link"), {"email": email})["Location"] == reverse("news:asked")
    deliver()
    [mail] = mails("preference_link")
    assert mail.to_address == "ana@example.com"
    page = client.get(link_in(mail))
    assert page.status_code == 200
    assert "ana@example.com" not in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"


def test_opening_the_page_changes_nothing_and_saving_changes_what_was_chosen(client):
    ana = reader()
    address = preferring.path(ana)
    client.get(address)
    client.head(address)
    assert consent.is_given(ana, "news")
    client.post(address, choices(topics=["stock", "basket"], often="1", pause="on", language="ro"))
    given = {topic for topic in Consent.Topic if consent.is_given(ana, topic)}
    said = wishes.of(ana)
    ana.refresh_from_db()
    assert given == {"stock", "basket"}
    assert (said.per_week, bool(said.paused_until), ana.language) == (1, True, "ro")


def test_saying_yes_by_ones_own_link_needs_no_second_mail_and_lifts_a_block(client, deliver):
    ana = make.customer()
    suppression.suppress(ana.email, "complaint", ana)
    client.post(preferring.path(ana), choices())
    deliver()
    assert consent.is_given(ana, "news") and not suppression.find(ana.email)
    assert not mails("consent_confirm")


def test_it_works_without_cookies(client):
    ana = reader()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(preferring.path(ana), choices(topics=[])).status_code == 302
    assert not consent.is_given(ana, "news")


@pytest.mark.parametrize("typed", [{"topics": ["statistics"]}, {"topics": ["x"]}, {"often": "9"}, {"language": "xx"}])
def test_what_cannot_be_chosen_is_refused(client, typed):
    ana = reader()
    assert client.post(preferring.path(ana), choices(**typed)).status_code == 422
    assert consent.is_given(ana, "news")


def test_a_link_is_good_for_its_purpose_only(client):
    ana = reader()
    foreign = [
        unsubscribing.token(ana, "news"),
        consent.token(consent.standing(ana)["news", "email"]),
        signing.dumps(ana.uid.hex),
        preferring.token(ana)[:-2],
        "none",
    ]
    for token in foreign:
        assert client.post(reverse("news:preferences", args=[token]), choices(topics=[])).status_code == 404
    assert client.post(reverse("unsubscribe", args=[preferring.token(ana)])).status_code == 404
    assert consent.is_given(ana, "news")


def test_every_marketing_mail_carries_the_link_and_order_mail_does_not():
    ana = reader()
    marketing = outbox.send("consent_confirm", ana, {"confirm_url": "https://x.example", "wording": ""}, key="m", topic="news")
    needed = outbox.send("consent_confirm", ana, {"confirm_url": "https://x.example", "wording": ""}, key="o")
    for part in ("html", "text"):
        assert "/news/choices/" in getattr(marketing, part)
        assert "/news/choices/" not in getattr(needed, part)


def test_the_account_shows_the_same_choices(client):
    ben = make.user()
    accounts.confirm(ben)
    client.force_login(ben)
    address = reverse("customer:preferences")
    assert "At most once a week" in client.get(address).content.decode()
    client.post(address, choices(often="1"))
    assert wishes.of(ben.customer).per_week == 1
    assert client.post(address, choices(often="9")).status_code == 200
