"""Wish lists of guests and of accounts."""

import pytest
from django.urls import reverse

from shop.forks.wishlists.models import WishList
from shop.storefront import wishlists
from tests import make

pytestmark = pytest.mark.django_db


def add(client, product, **more):
    return client.post(reverse("wishlists:add", args=[product.pk]), more)


def test_a_guest_keeps_a_list_without_an_account(client):
    tea = make.product("Assam")
    add(client, tea)
    assert WishList.objects.get().lines.get().product == tea
    assert client.get(reverse("wishlists:list")).status_code == 200


def test_wishing_twice_is_wishing_once(client):
    tea = make.product()
    add(client, tea)
    add(client, tea)
    assert WishList.objects.get().lines.count() == 1


def test_a_login_joins_the_guests_list_to_the_accounts(client):
    tea, mug = make.product("Assam"), make.product("Mug")
    account = make.user()
    own = WishList.objects.create(owner=account, name="Mine")
    own.lines.create(product=tea, title="Assam")
    add(client, tea)
    add(client, mug)
    client.force_login(account)
    client.get(reverse("wishlists:list"))
    assert {line.product for line in WishList.objects.get().lines.all()} == {tea, mug}


@pytest.mark.parametrize("has_list", [True, False])
def test_of_two_requests_of_one_login_the_slower_finds_the_lists_joined(client, monkeypatch, has_list):
    tea, account = make.product(), make.user()
    if has_list:
        WishList.objects.create(owner=account, name="Mine")
    add(client, tea)
    client.force_login(account)
    slow = wishlists._joined

    def join(own, guests, user):
        monkeypatch.setattr(wishlists, "_joined", slow)
        slow(own, WishList.objects.get(pk=guests.pk), user)  # the other request, a moment before
        return slow(own, guests, user)

    monkeypatch.setattr(wishlists, "_joined", join)
    assert client.get(reverse("wishlists:list")).status_code == 200
    assert [line.product for line in WishList.objects.get(owner=account).lines.all()] == [tea]


def test_a_private_list_is_as_unknown_as_a_wrong_key(client, django_user_model):
    add(client, make.product())
    key = WishList.objects.get().key
    client.cookies.clear()
    assert client.get(reverse("wishlists:detail", args=[key])).status_code == 404


def test_a_shared_list_can_be_seen_but_not_changed(client):
    tea = make.product()
    add(client, tea)
    client.post(reverse("wishlists:share"), {"share": "on"})
    wishlist = WishList.objects.get()
    client.cookies.clear()
    assert client.get(reverse("wishlists:detail", args=[wishlist.key])).status_code == 200
    client.post(reverse("wishlists:remove", args=[tea.pk]))
    assert wishlist.lines.count() == 1


def test_the_way_back_never_leads_to_another_site(client):
    answer = add(client, make.product(), next="https://evil.example/")
    assert answer["Location"] == reverse("wishlists:list")


def test_a_hidden_product_cannot_be_wished_for(client):
    assert add(client, make.product(is_public=False)).status_code == 404
