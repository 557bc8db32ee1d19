"""What an account has to do with a person."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from shop.customers import accounts, merging
from shop.customers.models import Customer, User
from tests import make

pytestmark = pytest.mark.django_db


def test_a_confirmed_account_is_the_guest_it_was_before():
    guest = make.customer("ana@example.com")
    ana = make.user("ana@example.com", first_name="Ana")
    assert accounts.confirm(ana) == guest
    guest.refresh_from_db()
    assert (guest.user, guest.first_name, bool(guest.email_confirmed_at)) == (ana, "Ana", True)
    assert guest.events.get().kind == "customer.email_confirmed"


def test_confirming_again_changes_nothing():
    ana = make.user()
    accounts.confirm(ana)
    customer = accounts.confirm(ana)
    assert customer.events.count() == 1


def test_moving_to_an_address_where_one_was_a_guest_joins_both():
    ana = make.user("old@example.com")
    customer = accounts.confirm(ana)
    guest = make.customer("new@example.com", phone="+37360000000")
    User.objects.filter(pk=ana.pk).update(email="new@example.com")
    ana.refresh_from_db()
    moved = accounts.confirm(ana)
    assert (moved.pk, moved.email, moved.phone) == (customer.pk, "new@example.com", "+37360000000")
    guest.refresh_from_db()
    assert guest.email is None and guest.merged_into == moved


def test_an_account_never_becomes_a_person_who_has_another_account():
    ben = make.user("ben@example.com")
    accounts.confirm(ben)
    Customer.objects.filter(user=ben).update(email="shared@example.com")
    ana = make.user("shared@example.com")
    with pytest.raises(merging.CannotMerge):
        accounts.confirm(ana)


def test_every_browser_is_logged_out_when_password_or_address_change(client):
    ana = make.user("ana@example.com")
    hashes = {ana.get_session_auth_hash()}
    ana.email = "moved@example.com"
    hashes.add(ana.get_session_auth_hash())
    ana.set_password("another long password")
    hashes.add(ana.get_session_auth_hash())
    assert len(hashes) == 3


def test_an_owner_made_at_the_console_logs_in_at_once(client, mailoutbox):
    call_command("createsuperuser", email="Boss@example.com", interactive=False, verbosity=0)
    boss = User.objects.get(email="boss@example.com")
    boss.set_password("a long password")
    boss.save()
    answer = client.post(reverse("account_login"), {"login": boss.email, "password": "a long password", "next": "/admin/"})
    assert (answer.status_code, answer.url, mailoutbox) == (302, "/admin/", [])
    assert Customer.objects.for_user(boss).email == boss.email
