"""How people and our mail get along: the summary, the panel, the audit."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from campaigns import audit, engagement
from campaigns.models import Engagement
from shop.customers import consent, facts, merging, privacy
from shop.customers.models import Consent
from shop.mail import admission, outbox, wishes
from shop.mail.models import Attention, Message
from tests import make

pytestmark = pytest.mark.django_db


def reader(**fields):
    person = make.customer(**fields)
    consent.give(person, "news", source="form", confirmed_at=timezone.now())
    Consent.objects.filter(customer=person).update(happened_at=timezone.now() - timedelta(days=200))
    return person


def mail(person, days_ago=0.0, **fields):
    """A marketing mail that left so many days ago."""
    message = outbox.send("account_unknown", person, {}, key=f"{person.pk}-{days_ago}-{Message.objects.count()}", topic="news")
    at = timezone.now() - timedelta(days=days_ago)
    Message.objects.filter(pk=message.pk).update(**{"state": "sent", "sent_at": at, "admitted_at": at, **fields})
    return message


def test_the_summary_counts_marketing_mail_and_not_what_orders_need():
    ana = reader()
    mail(ana, 2)
    mail(ana, 40)
    Message.objects.create(customer=ana, kind="order_paid", key="1", state="sent", sent_at=timezone.now())
    engagement.catch_up(None)
    row = Engagement.objects.get(customer=ana)
    assert row.mails_30_days == 1
    assert row.last_mail_at.date() == (timezone.now() - timedelta(days=2)).date()
    assert row.subscribed_at is not None
    assert facts.of(ana, ["campaigns_mails_30_days"]) == {"campaigns_mails_30_days": 1}


def test_leaving_is_known_at_once(deliver):
    ana = reader()
    engagement.refresh([ana.pk])
    consent.withdraw(ana, "news", source="unsubscribe")
    deliver()
    assert Engagement.objects.get(customer=ana).subscribed_at is None


def test_a_month_that_runs_out_is_counted_down():
    ana = reader()
    sent = mail(ana, 29)
    engagement.catch_up(None)
    Message.objects.filter(pk=sent.pk).update(sent_at=timezone.now() - timedelta(days=31))
    Engagement.objects.update(last_mail_at=timezone.now() - timedelta(days=31))
    assert engagement.catch_up(timezone.now() - timedelta(hours=1)) == 1
    assert Engagement.objects.get(customer=ana).mails_30_days == 0


def test_catching_up_twice_changes_nothing_and_ends():
    for _ in range(3):
        mail(reader(), 1)
    assert engagement.catch_up(timezone.now() - timedelta(days=2)) == 3
    before = list(Engagement.objects.order_by("pk").values())
    assert engagement.catch_up(timezone.now() - timedelta(days=2)) == 3
    assert list(Engagement.objects.order_by("pk").values()) == before


def test_it_follows_a_person_and_goes_with_them():
    ana, also_ana = reader(), reader()
    mail(also_ana, 1)
    engagement.catch_up(None)
    merging.merge(ana, also_ana)
    assert Engagement.objects.get().customer == ana
    assert Engagement.objects.get().mails_30_days == 1
    assert privacy.export(ana)["engagement with mail"]["mails_30_days"] == 1
    with transaction.atomic():
        privacy.erase(ana)
    assert not Engagement.objects.exists()


def test_the_customer_page_says_why_she_did_not_get_it(client):
    ana = reader()
    wishes.keep(ana, per_week=1, is_paused=True)
    message = outbox.send("account_unknown", ana, {}, key="m", topic="news")
    Message.objects.filter(pk=message.pk).update(expires_at=timezone.now() + timedelta(days=60))
    admission.admit(list(Message.objects.select_related("customer")), timezone.now())
    client.force_login(make.staff("support"))
    page = client.get(reverse("admin:customers_customer_change", args=[ana.pk])).content.decode()
    assert "asked for a pause" in page and "at most 1 mail a week" in page
    assert "asked for a pause" in client.get(reverse("admin:mail_message_change", args=[message.pk])).content.decode()


def test_the_panel_is_for_those_who_may_see_mail(client):
    ana = reader()
    engagement.refresh([ana.pk])
    address = reverse("admin:customers_customer_change", args=[ana.pk])
    for role, sees in (("marketer", True), ("merchant", True)):
        client.force_login(make.staff(role))
        assert ("Subscribed to news since" in client.get(address).content.decode()) is sees


def test_the_audit_finds_mail_without_consent_or_after_a_stop():
    fine, stopped, never, just = reader(), reader(), make.customer(), reader()
    for person in (fine, stopped, just):
        mail(person, 0.01)
    Message.objects.create(customer=never, kind="x", key="1", topic="news", state="sent", sent_at=timezone.now())
    for person, seconds in ((stopped, 120), (just, 30)):
        consent.withdraw(person, "news", source="unsubscribe")
        moment = Message.objects.get(customer=person).sent_at - timedelta(seconds=seconds)
        Consent.objects.filter(customer=person, is_given=False).update(happened_at=moment)
    assert {one.customer for one in audit.marketing_has_consent()} == {stopped, never}


def test_the_audit_finds_more_than_was_allowed():
    Attention.objects.create(per_day=1, per_week=None, quiet_from="00:00", quiet_until="00:00")
    ana = reader()
    first, second = (outbox.send("account_unknown", ana, {}, key=key, topic="news") for key in "ab")
    for message in (first, second):
        admission.admit([Message.objects.select_related("customer").get(pk=message.pk)], timezone.now())
    Message.objects.filter(pk=first.pk).update(state="sent", sent_at=timezone.now())
    assert not list(audit.nobody_gets_more_than_allowed())
    row = first.decisions.get()
    now = timezone.now()
    second.decisions.create(customer=ana, outcome="sent", per_day=1, decided_at=now)
    Message.objects.filter(pk=second.pk).update(state="sent", sent_at=now, admitted_at=now)
    assert [one.message for one in audit.nobody_gets_more_than_allowed()] == [second]
    assert row.per_day == 1
