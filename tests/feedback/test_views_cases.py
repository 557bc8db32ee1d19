"""Conversations: by the link in an answer, and in the account; nobody reads anybody else's."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from feedback import cases, links
from feedback.models import Case, Entry
from shop.customers import accounts
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def account(email="ana@example.com"):
    from allauth.account.models import EmailAddress

    user = make.user(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    accounts.confirm(user)
    return user


def case_of(email="ana@example.com"):
    return cases.from_form(name="Ana", email=email, order_number="", text="Where is it?", language="en", now=NOW)


def test_the_link_shows_what_was_said_and_takes_an_answer(client):
    case = case_of()
    cases.reply(case, "On its way.", by=make.staff("support"), now=NOW)
    address = f"/case/{links.token(links.CASE, case)}/"
    page = client.get(address).content.decode()
    assert "Where is it?" in page and "On its way." in page
    assert client.post(address, {"text": "Thank you!"}).status_code == 302
    assert Entry.objects.filter(kind="from_customer").count() == 2


def test_a_link_that_is_old_forged_or_of_another_purpose_opens_nothing(client, monkeypatch):
    case = case_of()
    good = links.token(links.CASE, case)
    for token in (good[:-2], links.token(links.SURVEY, case), signing.dumps(case.pk), "x"):
        assert client.get(f"/case/{token}/").status_code == 404
    monkeypatch.setattr(links, "CASE_LIFETIME", -1)
    answer = client.get(f"/case/{good}/")
    assert answer.status_code == 404 and "time to answer is over" in answer.content.decode()


def test_somebody_begins_a_conversation_in_the_account_about_an_own_order(client):
    user = account()
    client.force_login(user)
    order = make.paid_order(user=user, email=user.email)
    answer = client.post(
        "/accounts/conversations/", {"subject": "A gift", "order": order.number, "text": "Can you wrap it?"}, follow=True
    )
    case = Case.objects.get()
    assert (case.source, case.order, case.customer.user) == ("account", order, user)
    assert "Can you wrap it?" in answer.content.decode()


def test_the_order_of_somebody_else_cannot_be_chosen(client):
    client.force_login(account())
    other = make.paid_order(email="mia@example.com")
    answer = client.post("/accounts/conversations/", {"subject": "x", "order": other.number, "text": "y"})
    assert answer.status_code == 422 and not Case.objects.exists()


def test_ones_own_conversations_are_ones_own(client):
    own, other = case_of(), case_of("mia@example.com")
    client.force_login(account())
    assert client.get(f"/accounts/conversations/{own.reference}/").status_code == 200
    assert client.get(f"/accounts/conversations/{other.reference}/").status_code == 404
    assert client.post(f"/accounts/conversations/{other.reference}/", {"text": "x"}).status_code == 404
    assert other.reference not in client.get("/accounts/conversations/").content.decode()


def test_an_address_that_is_only_claimed_shows_nothing(client):
    own = case_of()
    client.force_login(make.user("ana@example.com"))
    assert own.subject not in client.get("/accounts/conversations/").content.decode()
    assert client.get(f"/accounts/conversations/{own.reference}/").status_code == 404


def test_an_answer_in_the_account_comes_back_to_the_desk(client):
    own = case_of()
    cases.close(own, "solved", by=make.staff("support"), now=NOW)
    client.force_login(account())
    client.post(f"/accounts/conversations/{own.reference}/", {"text": "Still missing."})
    own.refresh_from_db()
    assert own.state == "open" and own.due_at > NOW - timedelta(days=1)


def test_a_case_that_only_staff_know_of_is_not_listed(client):
    from feedback import answering
    from tests.feedback import make as asked

    invitation = asked.invitation(customer=make.customer("ana@example.com"))
    answering.record(invitation, {invitation.survey.questions.get(): answering.Given(0)}, NOW, language="en")
    client.force_login(account())
    assert Case.objects.get().reference not in client.get("/accounts/conversations/").content.decode()
