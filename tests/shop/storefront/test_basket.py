"""The basket's pages: what goes in, what comes out, what is said, and what it costs."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from shop.forks.basket.models import Basket
from shop.forks.partner.models import StockRecord
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SUMMARY = reverse("basket:summary")


@pytest.fixture(autouse=True)
def nothing_tried_yet():
    cache.clear()


def put(client, product, quantity="1", **more):
    return client.post(reverse("basket:add", args=[product.pk]), {"quantity": quantity, **more})


def lines(client):
    page = client.get(SUMMARY)
    return {line.of.line.product_id: line.of.quantity for line in page.context["lines"]}


def test_a_product_goes_into_the_basket_and_its_page_says_so(client):
    tea = make.product("Assam")
    answer = client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "2"}, follow=True)
    assert "Assam" in answer.content.decode()
    assert lines(client) == {tea.pk: 2}


def test_with_htmx_the_answer_is_a_drawer_and_the_new_badge(client):
    tea = make.product("Assam", price="8.50")
    answer = client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "2"}, headers=HTMX).content.decode()
    assert "<dialog" in answer and "Assam" in answer and "€17.00" in answer
    assert 'id="basket-badge"' in answer and "hx-swap-oob" in answer
    assert "<html" not in answer


@pytest.mark.parametrize(
    ("typed", "in_basket", "words"),
    [
        ("0", 0, "smallest quantity is 1"),
        ("-1", 0, "whole number"),
        ("1.5", 0, "whole number"),
        ("abc", 0, "whole number"),
        ("1e9", 0, "whole number"),
        ("1000000000", 0, "more than 999"),
        ("9" * 400, 0, "more than 999"),
        ("²", 2, "in your basket"),
        ("٣", 3, "in your basket"),
        ("３", 3, "in your basket"),
        ("", 1, "in your basket"),
        ("5\0", 0, "whole number"),
    ],
)
def test_odd_quantities_get_a_clear_answer(client, typed, in_basket, words):
    tea = make.product("Assam", stock=10)
    answer = client.post(reverse("basket:add", args=[tea.pk]), {"quantity": typed}, follow=True)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert lines(client).get(tea.pk, 0) == in_basket


def test_a_missing_quantity_is_one(client):
    tea = make.product("Assam")
    client.post(reverse("basket:add", args=[tea.pk]))
    assert lines(client) == {tea.pk: 1}


def test_more_than_there_is_stays_out_and_the_drawer_says_how_many_are_left(client):
    tea = make.product("Assam", stock=3)
    answer = client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "4"}, headers=HTMX).content.decode()
    assert "Only 3" in answer
    assert lines(client) == {}


def test_a_variant_is_chosen_by_its_own_number_and_only_below_its_parent(client):
    tea = make.product("Assam", structure="parent", price=None)
    other = make.product("Sencha", structure="parent", price=None)
    small, foreign = make.product("", parent=tea), make.product("", parent=other)
    make.product("", parent=tea)
    add = reverse("basket:add", args=[tea.pk])
    assert client.post(add, {"variant": str(foreign.pk)}).status_code == 404
    assert "choose a variant" in client.post(add, {}, follow=True).content.decode()
    client.post(add, {"variant": str(small.pk)})
    assert lines(client) == {small.pk: 1}


@pytest.mark.parametrize("variant", ["99999999999999999999999", "x", "-1", "1;drop", "\0"])
def test_a_variant_that_is_none_is_not_found(client, variant):
    tea = make.product("Assam", structure="parent", price=None)
    assert client.post(reverse("basket:add", args=[tea.pk]), {"variant": variant}).status_code == 404


def test_what_is_hidden_cannot_be_bought(client):
    tea = make.product("Assam", is_public=False)
    answer = client.post(reverse("basket:add", args=[tea.pk]), headers=HTMX).content.decode()
    assert "cannot be bought" in answer
    assert lines(client) == {}


def test_prices_come_from_the_shop_whatever_the_form_says(client):
    tea = make.product("Assam", price="8.50")
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "1", "price": "0.01", "price_excl_tax": "0.01"})
    assert client.get(SUMMARY).context["quote"].goods == Decimal("8.50")


def test_the_way_back_never_leads_to_another_site(client):
    tea = make.product("Assam")
    add = reverse("basket:add", args=[tea.pk])
    assert client.post(add, {"next": "/somewhere/?page=2"}).url == "/somewhere/?page=2"
    for evil in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/\t/evil.example",
    ):
        assert client.post(add, {"next": evil}).url == SUMMARY


def test_quantities_change_and_zero_takes_out_with_undo(client):
    tea = make.product("Assam")
    put(client, tea, "2")
    line = Basket.objects.get().lines.get()
    client.post(reverse("basket:update"), {"line": line.pk, "quantity": "5"}, headers=HTMX)
    assert lines(client) == {tea.pk: 5}
    answer = client.post(reverse("basket:update"), {"line": line.pk, "quantity": "0"}, headers=HTMX)
    assert "Put it back" in answer.content.decode() and lines(client) == {}
    client.post(reverse("basket:undo", args=[tea.pk]), {"quantity": "5"}, headers=HTMX)
    assert lines(client) == {tea.pk: 5}


def test_without_scripts_a_removal_can_be_undone_too(client):
    tea = make.product("Assam")
    put(client, tea, "3")
    page = client.post(reverse("basket:remove"), {"line": Basket.objects.get().lines.get().pk}, follow=True)
    assert "“Assam” is taken out" in page.content.decode()
    assert page.context["undo"]["quantity"] == 3


def test_nobody_changes_anybody_elses_basket(client, django_user_model):
    tea = make.product("Assam")
    put(client, tea, "2")
    line = Basket.objects.get().lines.get()
    client.cookies.clear()
    put(client, make.product("Sencha"))
    client.post(reverse("basket:update"), {"line": line.pk, "quantity": "9"})
    client.post(reverse("basket:remove"), {"line": line.pk})
    line.refresh_from_db()
    assert line.quantity == 2


@pytest.mark.parametrize("line", ["", "x", "99999999999999999999", "-1", "1.0"])
def test_a_line_that_is_none_changes_nothing(client, line):
    put(client, make.product("Assam"), "2")
    for name in ("update", "remove"):
        assert client.post(reverse(f"basket:{name}"), {"line": line, "quantity": "3"}, follow=True).status_code == 200
    assert list(lines(client).values()) == [2]


def test_what_changed_since_is_said(client):
    tea, honey = make.product("Assam", price="8.50", stock=9), make.product("Honey", stock=5)
    put(client, tea, "2")
    put(client, honey, "5")
    StockRecord.objects.filter(product=tea).update(price=Decimal("9.00"))
    StockRecord.objects.filter(product=honey).update(num_in_stock=1)
    page = client.get(SUMMARY).content.decode()
    assert "Was €8.50 when you put it in; now €9.00." in page
    assert "Only 1 of “Honey” are left." in page


def test_the_total_holds_delivery_to_the_remembered_country_from_the_start(client):
    make.delivery("4.90", countries=("RO",))
    make.delivery("19.00", code="world", countries=("US",), free_over=None)
    put(client, make.product("Assam", price="10.00"), "2")
    assert client.get(SUMMARY).context["quote"].total == Decimal("24.90")
    assert client.get(SUMMARY, {"country": "US"}).context["quote"].total == Decimal("39.00")
    assert client.get(SUMMARY).context["quote"].total == Decimal("39.00")
    assert client.get(SUMMARY, {"country": "XX"}).context["quote"].total == Decimal("39.00")


def test_it_says_what_is_missing_for_free_delivery(client):
    make.delivery("4.90", free_over="60")
    put(client, make.product("Assam", price="20.00"), "2")
    page = client.get(SUMMARY)
    assert page.context["free_shipping_percent"] == 66
    assert "€20.00</strong> more and delivery is free" in page.content.decode()


def test_a_voucher_takes_off_and_can_be_taken_out(client):
    voucher = make.voucher("TEA5", off="5.00")
    put(client, make.product("Assam", price="10.00"), "2")
    assert "applied" in client.post(reverse("basket:vouchers-add"), {"code": " tea5 "}, follow=True).content.decode()
    assert client.get(SUMMARY).context["quote"].total == Decimal("15.00")
    client.post(reverse("basket:vouchers-remove", args=[voucher.pk]))
    assert client.get(SUMMARY).context["quote"].total == Decimal("20.00")


def test_a_guest_may_take_a_code_that_each_customer_uses_once(client):
    make.voucher("ONCE", usage="Once per customer")
    put(client, make.product("Assam", price="10.00"))
    assert "applied" in client.post(reverse("basket:vouchers-add"), {"code": "ONCE"}, follow=True).content.decode()


def test_a_voucher_that_ended_meanwhile_is_marked(client):
    voucher = make.voucher("TEA5")
    put(client, make.product("Assam", price="10.00"))
    client.post(reverse("basket:vouchers-add"), {"code": "TEA5"})
    type(voucher).objects.update(end_datetime=timezone.now())
    assert "gives nothing on this basket now" in client.get(SUMMARY).content.decode()


def test_every_bad_code_gets_the_same_words(client):
    now, day = timezone.now(), timezone.timedelta(days=1)
    make.voucher("OLD", start_datetime=now - 9 * day, end_datetime=now - day)
    put(client, make.product("Assam"))
    said = set()
    for code in ("OLD", "NEVER", "", "\0", "x" * 5000, "' or 1=1", "ТЕА5"):
        answer = client.post(reverse("basket:vouchers-add"), {"code": code}, headers=HTMX)
        said.add(answer.context["error"])
    assert len(said) == 1


def test_codes_cannot_be_guessed_by_the_thousand(client):
    make.voucher("TEA5")
    put(client, make.product("Assam", price="10.00"))
    for number in range(10):
        client.post(reverse("basket:vouchers-add"), {"code": f"GUESS{number}"})
    answer = client.post(reverse("basket:vouchers-add"), {"code": "TEA5"}, headers=HTMX)
    assert "a lot of codes" in answer.content.decode()
    assert answer.context["quote"].discounts == []


def test_an_ordered_basket_keeps_its_vouchers(client):
    voucher = make.voucher("TEA5")
    put(client, make.product("Assam", price="10.00"))
    client.post(reverse("basket:vouchers-add"), {"code": "TEA5"})
    Basket.objects.update(status="Submitted")
    client.post(reverse("basket:vouchers-remove", args=[voucher.pk]))
    assert list(Basket.objects.get(status="Submitted").vouchers.all()) == [voucher]


def test_an_empty_basket_shows_the_way_on(client):
    assert "Nothing in it yet" in client.get(SUMMARY).content.decode()


@pytest.mark.parametrize(
    "query", ["?removed=x&quantity=1", "?removed=1&quantity=99999999999", f"?removed={'9' * 19}&quantity=1", "?country=%00"]
)
def test_odd_query_strings_are_ignored(client, query):
    assert client.get(SUMMARY + query).status_code == 200


def test_only_posts_change_the_basket(client):
    tea = make.product("Assam")
    for address in (reverse("basket:add", args=[tea.pk]), reverse("basket:update"), reverse("basket:remove")):
        assert client.get(address).status_code == 405


def test_putting_into_the_basket_is_cheap(client, django_assert_max_num_queries):
    tea, honey = make.product("Assam"), make.product("Honey")
    put(client, honey)
    with django_assert_max_num_queries(12):
        client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "1"}, headers=HTMX)


def test_a_longer_basket_takes_no_more_queries(client, costs_the_same):
    make.delivery()
    costs_the_same(show=lambda: client.get(SUMMARY), add_row=lambda: put(client, make.product("Tea")))
