"""One's own data, and being forgotten."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.utils import timezone

from shop.customers import accounts, consent, privacy
from shop.customers.models import Customer, User
from shop.mail import outbox, suppression
from shop.mail.models import Message
from tests import make

pytestmark = pytest.mark.django_db

TOKEN = "zanzibarine"


def planted():
    """A person with the token in every field that the hub keeps about them."""
    user = make.user(f"{TOKEN}@example.com", first_name=TOKEN, last_name=TOKEN)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    customer = accounts.confirm(user)
    Customer.objects.filter(pk=customer.pk).update(phone=TOKEN, birth_day=24, birth_month=5, time_zone=TOKEN)
    consent.give(customer, "news", source="form", wording="Yes", ip="203.0.113.77", confirmed_at=timezone.now())
    outbox.send("account_unknown", customer, {"email": user.email}, key="1")
    Message.objects.update(text=TOKEN, html=TOKEN, subject=TOKEN)
    customer.refresh_from_db()
    return customer


def rows_with(text):
    """Every row of the hub's tables that holds the text anywhere."""
    labels = ("customers", "events", "mail", "account")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return [row for model in models for row in model.objects.values() if text in str(row)]


def test_the_export_holds_all_that_the_hub_knows():
    told = privacy.export_json(planted())
    data = json.loads(told)
    assert data["person"]["email"] == f"{TOKEN}@example.com" and data["person"]["birth_day"] == 24
    assert data["account"]["first_name"] == TOKEN and data["account"]["addresses"]
    assert data["consents"][0]["ip_address"] == "203.0.113.77" and data["consents"][0]["wording"] == "Yes"
    assert data["messages"][0]["text"] == TOKEN
    assert {"customer.email_confirmed", "customer.consent_given"} <= {event["kind"] for event in data["events"]}
    assert "password" not in told


def test_the_export_of_one_person_holds_nothing_of_another():
    planted()
    assert TOKEN not in privacy.export_json(make.customer())


def test_after_erasing_nothing_tells_who_it_was():
    ana = planted()
    assert len(rows_with(TOKEN)) >= 4  # else the test would look in the wrong place
    privacy.erase(ana)
    assert rows_with(TOKEN) == []
    assert rows_with("203.0.113.77") == []
    assert not User.objects.exists()


def test_the_erased_person_still_is_a_row_with_its_history():
    ana = planted()
    privacy.erase(ana)
    ana.refresh_from_db()
    assert ana.erased_at and ana.email is None and str(ana) == "erased customer"
    assert ana.events.filter(kind="customer.erased").count() == 1
    assert ana.messages.count() == 1


def test_the_address_of_an_erased_person_stays_blocked_as_a_hash():
    privacy.erase(planted())
    assert suppression.find(f"{TOKEN}@example.com").reason == "erased"


def test_erasing_twice_is_erasing_once():
    ana = planted()
    privacy.erase(ana)
    privacy.erase(ana)
    assert ana.events.filter(kind="customer.erased").count() == 1


def test_who_comes_back_after_erasing_is_a_new_person():
    old = make.customer("ana@example.com")
    privacy.erase(old)
    assert Customer.objects.for_email("ana@example.com") != old


def test_an_app_can_say_that_something_must_end_first(monkeypatch):
    def refuse(customer):
        raise privacy.CannotErase("An order is under way.")

    monkeypatch.setitem(privacy._erases, "zz_orders", refuse)
    ana = planted()
    with pytest.raises(privacy.CannotErase):
        privacy.erase(ana)
    ana.refresh_from_db()
    assert ana.email and ana.messages.get().text == TOKEN


def test_the_account_of_a_member_of_staff_is_not_erased():
    boss = make.customer(user=make.user())
    User.objects.update(is_staff=True)
    with pytest.raises(privacy.CannotErase):
        privacy.erase(boss)
