"""Making good: who may give what to whom, and that it is written down."""

import uuid
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from shop.desk import goodwill
from shop.pricing import personal
from tests import make

pytestmark = pytest.mark.django_db


def give(customer, amount="5", *, by=None, cause=""):
    staff = by or make.staff("support")
    goodwill.hand_out("voucher", customer, Decimal(amount), by=staff, reason="Cup broke", cause=cause or str(uuid.uuid4()))
    return staff


def test_a_gift_is_a_voucher_and_a_line_of_who_and_why():
    ana = make.customer()
    sam = give(ana)
    [voucher], [gift] = personal.of(ana), goodwill.given_to(ana)
    assert voucher.owner == ana
    assert (gift.amount.split()[0], gift.reason, gift.by) == ("5", "Cup broke", str(sam))


def test_a_double_click_gives_once():
    ana, sam = make.customer(), make.staff("support")
    give(ana, by=sam, cause="one")
    give(ana, by=sam, cause="one")
    assert len(personal.of(ana)) == len(goodwill.given_to(ana)) == 1


def test_a_role_has_a_limit_for_each_person_whoever_gives():
    ana = make.customer()
    give(ana, "15")
    with pytest.raises(goodwill.Refused, match="5"):
        give(ana, "5.01")
    give(ana, "5")
    give(make.customer(), "20")


def test_the_owner_has_no_limit():
    give(make.customer(), "500", by=make.staff("owner"))


def test_a_second_role_without_a_limit_of_its_own_lifts_none():
    sam = make.staff("support")
    sam.groups.add(Group.objects.get(name="marketer"))
    with pytest.raises(goodwill.Refused):
        give(make.customer(), "21", by=sam)


def test_nobody_gives_to_themselves_to_the_erased_or_without_the_right():
    sam = make.staff("support")
    with pytest.raises(goodwill.Refused, match="themselves"):
        give(make.customer(sam.email), by=sam)
    with pytest.raises(goodwill.Refused, match="role"):
        give(make.customer(), by=make.staff("marketer"))
    with pytest.raises(goodwill.Refused, match="more than nothing"):
        give(make.customer(), "0")


def post(client, customer, **typed):
    form = {"what": "voucher", "amount": "5", "reason": "Cup broke", "cause": str(uuid.uuid4())}
    return client.post(reverse("goodwill", args=[customer.pk]), {**form, **typed})


def test_the_form_gives_and_leads_back(client):
    ana = make.customer()
    client.force_login(make.staff("support"))
    assert client.get(reverse("goodwill", args=[ana.pk])).status_code == 200
    answer = post(client, ana, next="/admin/feedback/")
    assert answer["Location"] == "/admin/feedback/"
    page = client.get(reverse("admin:customers_customer_change", args=[ana.pk])).content.decode()
    assert "Cup broke" in page and personal.of(ana)[0].code in page


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "NaN"},
        {"amount": "-1"},
        {"amount": "1.005"},
        {"amount": "1e9"},
        {"reason": ""},
        {"what": "car"},
        {"cause": "x"},
    ],
)
def test_what_cannot_be_given_is_said_on_the_page(client, typed):
    ana = make.customer()
    client.force_login(make.staff("support"))
    assert post(client, ana, **typed).status_code == 200
    assert not personal.of(ana)


def test_it_never_leads_to_another_site(client):
    client.force_login(make.staff("support"))
    ana = make.customer()
    assert post(client, ana, next="https://evil.example/")["Location"] == reverse(
        "admin:customers_customer_change", args=[ana.pk]
    )


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("merchant", 200), ("support", 200), ("marketer", 403)])
def test_roles(client, role, status):
    client.force_login(make.staff(role))
    assert client.get(reverse("goodwill", args=[make.customer().pk])).status_code == status


def test_shoppers_do_not_get_there(client):
    client.force_login(make.user())
    assert client.get(reverse("goodwill", args=[make.customer().pk])).status_code in (302, 403)
