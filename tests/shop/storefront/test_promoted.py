"""How promotions show on pages: banner, badges, the gift in the basket, why a code gives nothing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shop.content import kept
from shop.forks.basket.models import Basket
from shop.forks.offer.models import Condition
from shop.payments import settlement
from shop.search import index
from shop.storefront import promoted
from tests import make
from tests.shop.pricing.test_groups import known, named
from tests.shop.pricing.test_promotions import gift

pytestmark = pytest.mark.django_db
__all__ = ["named"]


def with_in_basket(product) -> tuple[Client, Basket]:
    make.delivery(countries=["RO"])
    client = Client()
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": "1"})
    return client, Basket.objects.latest("pk")


def page_of(client: Client) -> str:
    return client.get(reverse("basket:summary")).content.decode()


def test_the_first_page_says_it_and_until_when():
    ends = timezone.now() + timedelta(days=3, hours=2)
    make.offer(percent="10", banner="Ten off all tea", has_countdown=True, end_datetime=ends)
    page = Client().get("/").content.decode()
    assert "Ten off all tea" in page
    assert "3 days left" in page


@pytest.mark.parametrize("fields", [{"is_draft": True, "status": "Suspended"}, {"audience": "signed_in"}])
def test_a_draft_and_what_is_for_some_is_not_promised_to_all(fields):
    make.offer(percent="10", banner="Ten off all tea", badge="−10", **fields)
    assert promoted.banners() == []
    assert promoted.badges([make.product()], AnonymousUser()) == {}


def test_products_and_cards_carry_the_badge_of_what_they_are_in():
    tea, mug = make.product("Assam"), make.product("Mug")
    make.offer(percent="10", products=(tea,), badge="Tea week!")
    assert "Tea week!" in Client().get(tea.get_absolute_url()).content.decode()
    assert "Tea week!" not in Client().get(mug.get_absolute_url()).content.decode()
    index.catch_up()
    assert Client().get(reverse("search:search") + "?q=assam").content.decode().count("Tea week!") == 1


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages_of(tea) -> list[str]:
    """The three that shoppers look around on."""
    return ["/", tea.categories.get().get_absolute_url(), tea.get_absolute_url()]


def test_a_badge_for_a_group_is_shown_to_who_is_in_it_and_to_nobody_after_them(named):
    tea = make.product("Assam", in_category=make.category("Tea"))
    make.offer(percent="10", badge="For friends!", audience="named:ana")
    make.offer("in", percent="10", badge="You are in!", audience="signed_in")
    index.catch_up()
    ana = logged_in(known("ana@example.com").user)
    others = [
        (logged_in(known("ion@example.com").user), True),
        (logged_in(make.user("ana2@example.com")), True),  # an address that is only claimed
        (Client(), False),
    ]
    for page in pages_of(tea):
        assert "For friends!" in ana.get(page).content.decode()
        for client, is_in in others:
            seen = client.get(page).content.decode()
            assert ("For friends!" in seen, "You are in!" in seen) == (False, is_in)


def test_a_guest_takes_no_query_more_while_badges_are_for_groups_only(named):
    tea = make.product("Assam", in_category=make.category("Tea"))
    index.catch_up()

    def once(client, page) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    def cost(client) -> list[int]:
        """Without what a process reads once in a while for everybody."""
        return [min(once(client, page) for _time in range(3)) for page in pages_of(tea)]

    guest, before = Client(), cost(Client())
    make.offer(percent="10", badge="For friends!", audience="named:ana")
    kept.start_over()  # which promotions say something is known half a minute late
    assert cost(guest) == before
    ana = logged_in(known("ana@example.com").user)
    cost(ana)  # what she looked at is on the first page afterwards
    first = cost(ana)
    for number in range(5):
        make.offer(f"offer {number}", percent="10", badge=f"B{number}", audience="named:ana")
    assert cost(ana) == first


def test_a_reduced_product_has_no_badge_of_what_leaves_reduced_ones_out():
    tea = make.product()
    make.offer(percent="10", badge="−10 %", skips_reduced=True)
    assert promoted.badges([tea], AnonymousUser()) == {tea.pk: ["−10 %"]}
    assert promoted.badges([tea], AnonymousUser(), [tea.pk]) == {}


def test_badges_take_no_more_queries_for_more_cards(costs_the_same):
    make.offer(percent="10", badge="Tea week!")

    def show():
        page = Client().get(reverse("search:search") + "?q=assam").content.decode()
        assert "Tea week!" in page

    def add_row():
        make.product("Assam")
        index.catch_up()

    costs_the_same(show=show, add_row=add_row)


def test_cards_take_no_query_while_no_promotion_has_a_badge(django_assert_num_queries):
    make.product("Assam")
    make.offer(percent="10")
    index.catch_up()
    from shop.search import cards

    shown = cards.newest(3, "en")
    promoted.on_cards(shown, AnonymousUser())
    with django_assert_num_queries(0):
        assert promoted.on_cards(shown, AnonymousUser()) == shown


def test_a_gift_is_chosen_in_the_basket_without_scripts_or_with():
    tin, spoon = make.product("Tin", stock=3), make.product("Spoon", stock=3)
    offer = gift(tin, spoon)
    client, basket = with_in_basket(make.product("Assam", price="25.00"))
    assert "A tin for you" in page_of(client)
    choose = reverse("basket:gift", args=[offer.pk])
    assert client.post(choose, {"product": spoon.pk}).status_code == 302
    basket.refresh_from_db()
    assert basket.gifts_chosen == {str(offer.pk): spoon.pk}
    answer = client.post(choose, {"product": "0"}, headers={"HX-Request": "true"}).content.decode()
    assert "No gift, then" in answer


@pytest.mark.parametrize("typed", ["", "-1", "1e9", "²", "9" * 30])
def test_nonsense_chooses_nothing(typed):
    offer = gift(make.product("Tin", stock=3))
    client, basket = with_in_basket(make.product("Assam", price="25.00"))
    assert client.post(reverse("basket:gift", args=[offer.pk]), {"product": typed}).status_code == 302
    basket.refresh_from_db()
    assert basket.gifts_chosen == {}


def test_a_good_code_that_gives_nothing_here_says_what_is_missing():
    voucher = make.voucher()
    Condition.objects.filter(pk=voucher.offers.get().condition_id).update(value="30.00")
    client, _basket = with_in_basket(make.product("Assam", price="25.00"))
    answer = client.post(reverse("basket:vouchers-add"), {"code": voucher.code}, headers={"HX-Request": "true"})
    assert "€5.00 more" in answer.content.decode()


def test_one_persons_choice_is_not_anothers():
    offer = gift(tin := make.product("Tin", stock=3))
    _client, basket = with_in_basket(make.product("Assam", price="25.00"))
    Client().post(reverse("basket:gift", args=[offer.pk]), {"product": tin.pk})
    basket.refresh_from_db()
    assert basket.gifts_chosen == {}


def test_a_gift_is_changed_at_the_checkout_without_scripts_or_with():
    tin, spoon = make.product("Tin", stock=3), make.product("Spoon", stock=3)
    first, second = gift(tin, spoon), gift(spoon, tin, name="A spoon for you")
    client, basket = with_in_basket(make.product(price="25.00"))
    page = client.get(reverse("checkout:index")).content.decode()
    for offer in (first, second):
        assert f'form="gift-choice-{offer.pk}"' in page
        assert f'<form id="gift-choice-{offer.pk}"' in page
    choose = reverse("basket:gift", args=[first.pk])
    answer = client.post(choose, {"product": spoon.pk, "back": "checkout"})
    assert answer.url == reverse("checkout:index")
    basket.refresh_from_db()
    assert basket.gifts_chosen == {str(first.pk): spoon.pk}
    drawn = client.post(choose, {"product": tin.pk, "back": "checkout"}, headers={"HX-Request": "true"}).content.decode()
    assert f'name="seen_gifts" value="{tin.pk}-{spoon.pk}"' in drawn


def test_a_checkout_with_a_gift_is_drawn_anew_only_where_it_differs():
    gift(make.product("Tin", stock=3))
    client, _basket = with_in_basket(make.product(price="25.00"))
    page = client.get(reverse("checkout:index")).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    country, shipping, payment, _due = shown.split(":")
    typed = {"shown": shown, "country": country, "shipping": shipping, "payment": payment}
    assert client.post(reverse("checkout:update"), typed, headers={"HX-Request": "true"}).status_code == 204
    assert client.post(reverse("checkout:update"), {**typed, "shown": ""}, headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize("limit", [{"max_discount": "1.00"}, {"max_global_applications": 1}])
def test_what_is_used_up_is_not_promised_any_more(limit):
    tea = make.product(price="10.00", stock=9)
    make.offer(percent="10", banner="Ten off all tea", badge="−10 %", **limit)
    assert promoted.badges([tea], AnonymousUser())
    order = make.order(tea)
    kept.start_over()
    assert promoted.banners() == []
    assert promoted.badges([tea], AnonymousUser()) == {}
    settlement.give_up(order)  # what it held is there again
    kept.start_over()
    assert promoted.banners()
