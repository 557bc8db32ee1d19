import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from shop.customers.models import User
from shop.mail.models import Message
from tests import make
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    client = Client()
    client.force_login(make.staff("owner", email="owner@example.com"))
    return client


def page_of(user: User) -> str:
    return reverse("admin:customers_user_change", args=[user.pk])


def role(name: str) -> int:
    from django.contrib.auth.models import Group

    return Group.objects.get(name=name).pk


def test_an_owner_makes_somebody_staff_who_then_chooses_a_password(owner):
    typed = {"email": "New@Example.com", "is_staff": "on", "is_active": "on", "groups": [role("support")]}
    response = typing.send(owner, reverse("admin:customers_user_add"), "user_form", **typed)
    assert response.status_code == 302, typing.complaints(response)
    made = User.objects.get(email="new@example.com")
    assert (made.is_staff, made.is_superuser, made.has_usable_password()) == (True, False, False)
    assert made.has_perm("order.view_order") and not made.has_perm("payments.add_refund")
    assert Message.objects.filter(to_address="new@example.com").exists() or mail.outbox


def test_nobody_makes_themselves_a_superuser(owner):
    me = User.objects.get(email="owner@example.com")
    typing.send(owner, page_of(me), "user_form", is_superuser="on", user_permissions=[1], password="x")
    me.refresh_from_db()
    assert not me.is_superuser and not me.user_permissions.exists() and me.check_password("a long password")


def test_nobody_locks_themselves_out(owner):
    me = User.objects.get(email="owner@example.com")
    fields = typing.shown(owner, page_of(me), "user_form")
    typing.send(owner, page_of(me), "user_form", {**fields, "is_staff": [], "is_active": [], "groups": []})
    me.refresh_from_db()
    assert me.is_staff and me.is_active
    typing.send(owner, page_of(me), "user_form", {**fields, "groups": [role("support")]})
    assert set(me.groups.values_list("name", flat=True)) == {"owner", "support"}, "the last owner is one no more"


def test_a_superuser_is_out_of_an_owners_reach(owner):
    boss = make.staff("", is_superuser=True)
    assert owner.post(page_of(boss), {"is_active": ""}).status_code == 403


def test_a_role_without_being_staff_and_a_second_account_are_refused(owner):
    other = make.user("ana@example.com")
    response = typing.send(owner, page_of(other), "user_form", groups=[role("support")])
    assert "Roles are for staff" in typing.complaints(response)
    response = typing.send(owner, reverse("admin:customers_user_add"), "user_form", email="ANA@example.com")
    assert "already" in typing.complaints(response)


@pytest.mark.parametrize("who", ["merchant", "marketer", "support"])
def test_only_owners_see_accounts(who):
    client = Client()
    client.force_login(make.staff(who))
    assert client.get("/admin/customers/user/").status_code == 403


def test_whose_mailbox_is_lost_moves_by_the_new_one_alone(owner):
    ana = make.user("lost@example.com")
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    response = typing.send(owner, page_of(ana), "user_form", new_address="New@example.com")
    assert response.status_code == 302, typing.complaints(response)
    assert [message.to_address for message in Message.objects.all()] == ["new@example.com"]
    ana.refresh_from_db()
    assert ana.email == "lost@example.com", "nobody has confirmed yet"
    taken = typing.send(owner, page_of(ana), "user_form", new_address="owner@example.com")
    assert taken.status_code == 200 and "already" in str(typing.complaints(taken))
