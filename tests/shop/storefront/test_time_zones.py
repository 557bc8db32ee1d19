"""Forms in which somebody leaves an address carry the time zone of their device; all of them work without it."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from shop.customers import privacy
from shop.customers.models import Customer
from shop.storefront import left
from tests import make
from tests.shop.storefront.test_account import ana
from tests.shop.storefront.test_checkout import order, tea
from tests.shop.storefront.test_left import left_behind
from tests.shop.storefront.test_waiting import sold_out

__all__ = ["ana", "tea"]

pytestmark = pytest.mark.django_db
HIDDEN = '<input type="hidden" name="time_zone" data-time-zone>'
KYIV = "Europe/Kyiv"


def zone_of(email="ana@example.com"):
    return Customer.objects.get(email=email).time_zone


@pytest.mark.parametrize(("said", "zone"), [(KYIV, KYIV), ("Europe/Kiev", KYIV), ("<script>", ""), (None, "")])
def test_who_subscribes(client, said, zone):
    cache.clear()
    sent = {"email": "ana@example.com"} | ({"time_zone": said} if said else {})
    assert client.post(reverse("news:subscribe"), sent).status_code == 302
    assert zone_of() == zone


def test_who_waits_for_something(client):
    product = sold_out()
    client.post(reverse("catalogue:waiting", kwargs={"pk": product.pk}), {"email": "ana@example.com", "time_zone": KYIV})
    assert zone_of() == KYIV


def test_who_orders_and_who_has_moved_since(client, tea):
    order(client, time_zone="Europe/Bucharest")
    assert zone_of() == "Europe/Bucharest"
    for address, said, zone in (
        ({"country": "RO"}, "Asia/Tokyo", "Europe/Bucharest"),
        ({"country": "MD", "postcode": "MD-2012", "state": ""}, "Europe/Chisinau", "Europe/Chisinau"),
    ):
        client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "1"})
        assert order(client, time_zone=said, **address).status_code == 302
        assert zone_of() == zone, said


def test_who_leaves_a_basket_and_asks_to_be_reminded():
    left_behind(wants_reminder="on", time_zone=KYIV)
    left.note(timezone.now())
    assert zone_of() == KYIV


@pytest.mark.parametrize("name", ["news:subscribe", "loyalty:programme"])
def test_pages_carry_the_field(client, name):
    assert HIDDEN in client.get(reverse(name)).content.decode()


def test_the_checkout_carries_the_field(client, tea):
    assert HIDDEN in client.get(reverse("checkout:index")).content.decode()


def test_an_account_shows_and_changes_it(client, ana):
    profile = reverse("customer:profile-view")
    client.post(profile, {"device_zone": "Europe/Kiev"})
    assert zone_of() == KYIV
    assert '<option value="Europe/Kyiv" selected>' in client.get(profile).content.decode()
    client.post(profile, {"time_zone": "America/New_York", "device_zone": KYIV})
    assert zone_of() == "America/New_York"
    refused = client.post(profile, {"time_zone": "Mars/Olympus"})
    assert refused.context["form"].errors["time_zone"]
    assert zone_of() == "America/New_York"
    client.post(profile, {"time_zone": "", "device_zone": "x" * 999})
    assert not zone_of()


def test_it_is_handed_over_and_forgotten():
    person = make.customer("ana@example.com", time_zone=KYIV)
    assert privacy.export(person)["person"]["time_zone"] == KYIV
    privacy.erase(person)
    assert not Customer.objects.get(pk=person.pk).time_zone
