"""The page of a person in the admin."""

import json
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shop.customers import consent, panels
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import OrderPlaced
from tests import make

pytestmark = pytest.mark.django_db


def staff(client, *rights):
    member = make.user()
    type(member).objects.filter(pk=member.pk).update(is_staff=True)
    for right in rights:
        app, codename = right.split(".")
        member.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(member)
    return member


def page_of(customer, **query):
    return reverse("admin:customers_customer_change", args=[customer.pk], query=query or None)


def order(customer, number):
    with transaction.atomic():
        log.record(OrderPlaced(order_id=number, number=f"A-{number}", total="1.00", currency="EUR"), customer=customer)


def test_the_page_tells_all_that_happened(client):
    staff(client, "customers.view_customer")
    ana = make.customer(first_name="Ana")
    order(ana, 7)
    consent.give(ana, "stock", source="form", wording="Tell me when it is back")
    page = client.get(page_of(ana)).content.decode()
    assert "Order placed" in page and "A-7" in page and "Tell me when it is back" in page


def test_long_histories_have_pages(client):
    staff(client, "customers.view_customer")
    ana = make.customer()
    for number in range(40):
        order(ana, number)
    first, second = (client.get(page_of(ana, moments=number)).content.decode() for number in (1, 2))
    assert "A-39" in first and "A-1 " not in first and "Older" in first
    assert "A-1 " in second and "Newer" in second


@pytest.mark.parametrize("odd", ["0", "-1", "x", "9" * 30, "1; drop", ""])
def test_odd_pages_are_pages(client, odd):
    staff(client, "customers.view_customer")
    assert client.get(page_of(make.customer(), moments=odd)).status_code == 200


def test_the_page_costs_the_same_with_a_long_history(client, costs_the_same):
    staff(client, "customers.view_customer", "customers.change_customer")
    ana, numbers = make.customer(), iter(range(100))
    costs_the_same(show=lambda: client.get(page_of(ana)), add_row=lambda: order(ana, next(numbers)))


def test_the_list_costs_the_same_with_many_people(client, costs_the_same):
    staff(client, "customers.view_customer")
    url = reverse("admin:customers_customer_changelist")
    costs_the_same(show=lambda: client.get(url), add_row=lambda: make.customer(first_name="Ana"))


def test_apps_show_panels_to_those_who_may_see_them(client, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.show("open", "Open", template="components/notice.html")(
        lambda customer: {"level": "info", "text": f"of {customer.pk}"}
    )
    panels.show("secret", "Secret", template="components/notice.html", permission="order.view_order")(
        lambda customer: {"text": "x"}
    )
    panels.show("silent", "Silent", template="components/notice.html")(lambda customer: None)
    staff(client, "customers.view_customer")
    ana = make.customer()
    page = client.get(page_of(ana)).content.decode()
    assert "<h2>Open</h2>" in page and f"of {ana.pk}" in page
    assert "<h2>Secret</h2>" not in page and "<h2>Silent</h2>" not in page


def test_a_panel_is_declared_once(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.show("one", "One", template="x.html")(lambda customer: None)
    with pytest.raises(ValueError, match="declared twice"):
        panels.show("one", "One", template="x.html")(lambda customer: None)


def test_a_persons_data_can_be_handed_over(client):
    staff(client, "customers.view_customer", "customers.change_customer")
    ana = make.customer(first_name="Ana")
    answer = client.get(reverse("admin:customers_customer_export", args=[ana.pk]))
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)["person"]["first_name"] == "Ana"


def test_erasing_asks_first(client):
    staff(client, "customers.view_customer", "customers.change_customer", "customers.delete_customer")
    ana = make.customer(first_name="Ana")
    url = reverse("admin:customers_customer_erase", args=[ana.pk])
    assert client.get(url).status_code == 200
    assert Customer.objects.get(pk=ana.pk).email, "GET erased"
    assert client.post(url).url == page_of(ana)
    assert "erase" in LogEntry.objects.latest("pk").change_message, "nobody knows who did it"
    assert Customer.objects.get(pk=ana.pk).email is None
    assert client.get(page_of(ana)).status_code == 200
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("rights", "name", "expected"),
    [
        ([], "customers_customer_export", 403),
        (["customers.view_customer"], "customers_customer_export", 403),
        (["customers.view_customer", "customers.change_customer"], "customers_customer_erase", 403),
        (["customers.change_customer"], "customers_customer_delete", 403),
    ],
)
def test_without_the_right_nothing_is_handed_out_or_erased(client, rights, name, expected):
    staff(client, *rights)
    ana = make.customer()
    url = reverse(f"admin:{name}", args=[ana.pk])
    assert client.get(url).status_code == expected
    assert client.post(url).status_code in (403, 405)
    assert Customer.objects.get(pk=ana.pk).email


def test_a_form_that_was_open_for_long_writes_nothing_but_what_was_typed():
    """The row was read before the person moved to another address, or was erased."""
    for change in ({"email": "new@example.com"}, {"email": None, "erased_at": timezone.now()}):
        ana = make.customer(first_name="Ana")
        Customer.objects.filter(pk=ana.pk).update(**change)
        ana.first_name, form = "Anna", SimpleNamespace(changed_data=["first_name"])
        admin.site._registry[Customer].save_model(None, ana, form, True)
        now = Customer.objects.get(pk=ana.pk)
        assert (now.email, now.erased_at) == (change["email"], change.get("erased_at"))
        assert now.first_name == ("Ana" if now.erased_at else "Anna")


def test_a_shopper_is_sent_to_log_in(client):
    ana = make.customer()
    client.force_login(make.user())
    assert client.get(page_of(ana)).status_code == 302
    assert client.get(reverse("admin:customers_customer_export", args=[ana.pk])).status_code == 302


def test_staff_change_a_name_but_never_an_address_or_an_account(client):
    staff(client, "customers.view_customer", "customers.change_customer")
    ana = make.customer("ana@example.com")
    typed = {"first_name": "Anna", "email": "evil@example.com", "user": "1", "erased_at_0": "2020-01-01", "language": "ro"}
    assert client.post(page_of(ana), typed).status_code == 302
    ana.refresh_from_db()
    assert (ana.first_name, ana.email, ana.user, ana.erased_at) == ("Anna", "ana@example.com", None, None)


@pytest.mark.parametrize(
    "typed", [{"birth_day": "31", "birth_month": "2"}, {"birth_day": "5"}, {"birth_day": "x", "birth_month": "1"}]
)
def test_a_day_that_does_not_exist_gets_a_message(client, typed):
    staff(client, "customers.view_customer", "customers.change_customer")
    ana = make.customer()
    answer = client.post(page_of(ana), {"first_name": "Anna", **typed})
    assert answer.status_code == 200
    assert Customer.objects.get(pk=ana.pk).first_name == ""
