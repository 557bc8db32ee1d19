"""The contact form: a case and a mail, and patience with robots and hurry."""

import pytest

from feedback.models import Case, Entry
from shop.content.models import Page, Shop
from shop.customers.models import Customer
from shop.mail.models import Message
from shop.storefront import limits
from tests import make

pytestmark = pytest.mark.django_db
TYPED = {"name": "Ana", "email": "ana@example.com", "order_number": "", "text": "Where is my tea?"}


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    spent: list[str] = []

    def is_spent(_name, who, *, tries, seconds):
        spent.append(who)
        return len(spent) > tries

    monkeypatch.setattr(limits, "is_spent", is_spent)


def test_a_message_is_kept_and_mailed_to_the_shop(client):
    Shop(name="Kettle Road", email="hello@kettle.example").save()
    response = client.post("/uk/contact/", TYPED, follow=True)
    assert response.redirect_chain[-1][0] == "/uk/contact/"
    case = Case.objects.get()
    assert (case.entries.get().text, case.language, case.source) == ("Where is my tea?", "uk", "contact")
    assert case.customer == Customer.objects.get(email="ana@example.com")
    message = Message.objects.get(kind="case_written")
    assert message.to_address == "hello@kettle.example"
    assert "Where is my tea?" in message.text


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(client):
    response = client.post("/contact/", {**TYPED, "email": "ana@"})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'aria-invalid="true"' in page
    assert "Where is my tea?" in page
    assert not Case.objects.exists()


def test_a_robot_believes_that_it_was_heard(client):
    response = client.post("/contact/", {**TYPED, "website": "https://spam.example"})
    assert response.status_code == 302
    assert not Case.objects.exists()


def test_the_sixth_message_in_an_hour_waits(client):
    for _ in range(5):
        client.post("/contact/", TYPED)
    response = client.post("/contact/", TYPED)
    assert response.status_code == 422
    assert "an hour" in response.content.decode()
    assert Case.objects.count() == 5


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "\u202ekcab", "x" * 5000])
def test_whatever_is_written_arrives_as_it_was_written(client, text):
    client.post("/contact/", {**TYPED, "text": text})
    assert Entry.objects.get().text == text
    assert "<script>alert" not in Message.objects.get(kind="case_written").html


@pytest.mark.parametrize("wrong", [{"name": "Ana\r\nBcc: all@example.com"}, {"text": "x" * 5001}, {"text": "a\x00b"}])
def test_what_cannot_be_right_is_refused(client, wrong):
    assert client.post("/contact/", {**TYPED, **wrong}).status_code in (302, 422)
    assert all("\n" not in message.subject for message in Message.objects.all())


def test_an_accounts_address_is_filled_in(client):
    client.force_login(make.user("ben@example.com"))
    assert 'value="ben@example.com"' in client.get("/contact/").content.decode()


def test_the_merchants_words_stand_above_the_form(client):
    Page.objects.create(slug="contact", title="Say hello", body="<p>We are here.</p>")
    page = client.get("/contact/").content.decode()
    assert "Say hello" in page
    assert "<p>We are here.</p>" in page
    assert client.get("/pages/contact/").status_code == 302


def test_the_number_of_somebody_elses_order_opens_nothing(client):
    order = make.paid_order(email="mia@example.com")
    client.post("/contact/", {**TYPED, "order_number": order.number})
    assert (Case.objects.get().order, Case.objects.get().order_number) == (None, order.number)


def test_the_number_of_ones_own_order_is_known(client):
    order = make.paid_order(email="ana@example.com")
    client.post("/contact/", {**TYPED, "order_number": f"#{order.number}"})
    assert Case.objects.get().order == order
