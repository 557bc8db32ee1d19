"""A link that brings a basket back: to its owner whole, to a stranger without what was typed, to nobody who forged it."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from shop.customers.models import User
from shop.forks.basket.models import Basket
from shop.forks.partner.models import StockRecord
from shop.storefront import drafts, recovery
from tests import make

pytestmark = pytest.mark.django_db
SUMMARY = reverse("basket:summary")


@pytest.fixture
def left_behind(client):
    """A guest's basket with two packets of tea, and its link."""
    make.delivery()
    tea = make.product("Assam", price="8.50")
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "2"})
    basket = Basket.objects.get()
    return basket, urlsplit(recovery.link_to(basket)).path


def test_another_device_finds_the_basket_and_what_changed(left_behind):
    _basket, link = left_behind
    StockRecord.objects.update(price=Decimal("9.00"))
    phone = Client()
    page = phone.get(link, follow=True).content.decode()
    assert "Assam" in page and "Was €8.50 when you put it in; now €9.00." in page
    assert Basket.objects.count() == 1


def test_what_was_typed_stays_with_the_browser_it_was_typed_in(left_behind):
    basket, link = left_behind
    drafts.keep(basket, {"email": "ana@example.com", "last_name": "Popescu"}, language="en")
    phone = Client()
    phone.get(link)
    assert "Popescu" not in phone.get(reverse("checkout:index")).content.decode()


def test_the_same_browser_keeps_what_was_typed(client, left_behind):
    basket, link = left_behind
    drafts.keep(basket, {"email": "ana@example.com", "last_name": "Popescu"}, language="en")
    client.get(link)
    assert "Popescu" in client.get(reverse("checkout:index")).content.decode()


def test_a_basket_of_ones_own_is_joined_only_when_asked(left_behind):
    _basket, link = left_behind
    phone = Client()
    phone.post(reverse("basket:add", args=[make.product("Honey").pk]))
    assert "already" in phone.get(link).content.decode()
    assert phone.get(SUMMARY).context["quote"].item_count == 1
    phone.post(link)
    assert phone.get(SUMMARY).context["quote"].item_count == 3


def test_an_accounts_basket_wants_its_login(left_behind):
    _basket, link = left_behind
    Basket.objects.update(owner=make.user("ben@example.com"))
    assert reverse("account_login") in Client().get(link).url
    mallory = Client()
    mallory.force_login(make.user("mallory@example.com"))
    mallory.post(link)
    assert mallory.get(SUMMARY).context["quote"].item_count == 0
    ben = Client()
    ben.force_login(User.objects.get(email="ben@example.com"))
    assert ben.get(link).url == SUMMARY


@pytest.mark.parametrize("status", ["Submitted", "Merged", "Frozen"])
def test_a_basket_that_was_ordered_does_not_come_back(left_behind, status):
    _basket, link = left_behind
    Basket.objects.update(status=status)
    assert "not there any more" in Client().get(link, follow=True).content.decode()


def test_other_signatures_open_nothing(left_behind):
    basket, link = left_behind
    tokens = [
        str(basket.pk),
        f"{basket.pk}:x:y",
        Signer(salt="shop.basket.cookie").sign(basket.pk),
        "ї",
        link.split("/")[-2][:-1] + "_",
    ]
    for token in tokens:
        phone = Client()
        phone.get(reverse("basket:recover", kwargs={"token": token}))
        assert phone.get(SUMMARY).context["quote"].item_count == 0
