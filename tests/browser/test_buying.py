"""A guest buys two products: on a phone, on a desktop, and without scripts."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from shop.forks.catalogue.models import Product
from shop.forks.order.models import Order
from tests import make
from tests.browser.conftest import DESKTOP, PHONE


@pytest.fixture
def goods(db: None) -> list[Product]:
    make.delivery("4.90", countries=("RO", "US"), free_over="60")
    make.delivery("2.90", code="locker", countries=("RO",))
    return [make.product("Assam", price="8.50"), make.product("Acacia honey", price="7.40")]


def put_in(page: Page, product: Product) -> None:
    page.goto(product.get_absolute_url())
    with page.expect_response("**/basket/add/**"):
        page.locator("form[action*='/basket/add/'] button.button").first.click()


def type_address(page: Page) -> None:
    page.get_by_label("E-mail", exact=False).first.fill("ana@example.com")
    page.get_by_label("First name").fill("Ana")
    page.get_by_label("Last name").fill("Popescu")
    page.get_by_label("Street and house number").fill("Strada Lipscani 12")
    page.get_by_label("Postcode").fill("010011")
    page.get_by_label("Town or city").fill("București")
    page.get_by_label("County").fill("Ilfov")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_guest_buys_two_products_in_three_pages_and_under_a_minute(
    open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], goods: list[Product], size: tuple[int, int]
) -> None:
    page = open_window(size)
    for product in goods:
        put_in(page, product)
        expect(page.get_by_role("dialog")).to_contain_text(product.title)
    pages: list[str] = []
    page.on("framenavigated", lambda frame: pages.append(re.sub(r"[0-9a-f-]{36}", "…", frame.url)))
    begun = time.monotonic()
    page.goto("/basket/")
    expect(page.locator("#basket")).to_contain_text("€20.80")
    has_no_barriers(page)
    page.get_by_role("link", name="Checkout").click()
    expect(page.locator("#checkout-summary .total")).to_contain_text("€20.80")
    has_no_barriers(page)
    type_address(page)
    page.get_by_label("Locker").check()
    expect(page.locator("#checkout-summary .total")).to_contain_text("€18.80")
    page.get_by_label("Cash on delivery").check()
    page.get_by_role("button", name="Order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ana")
    assert time.monotonic() - begun < 60
    assert len(set(pages)) == 3, pages
    has_no_barriers(page)
    order = Order.objects.get()
    assert (order.total_incl_tax, order.email) == (Decimal("18.80"), "ana@example.com")


def test_without_scripts_everything_can_be_bought_and_totals_are_updated_by_a_button(
    open_window: Callable[..., Page], goods: list[Product]
) -> None:
    page = open_window(PHONE, scripts=False)
    for product in goods:
        put_in(page, product)
    page.goto("/checkout/")
    type_address(page)
    page.get_by_label("Locker").check()
    page.get_by_role("button", name="Update delivery and total").click()
    expect(page.locator("#checkout-summary .total")).to_contain_text("€18.80")
    assert page.get_by_label("First name").input_value() == "Ana"
    page.get_by_label("Cash on delivery").check()
    page.get_by_role("button", name="Order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ana")


def test_a_declined_payment_is_paid_again_and_what_was_wrong_is_said_where_it_is(
    open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], goods: list[Product]
) -> None:
    page = open_window(PHONE)
    put_in(page, goods[0])
    page.goto("/checkout/")
    page.get_by_role("button", name="Order").click()
    expect(page.get_by_role("alert")).to_be_focused()
    has_no_barriers(page)
    page.get_by_role("link", name="Town or city").click()
    expect(page.get_by_label("Town or city")).to_be_focused()
    type_address(page)
    page.get_by_label("Test card").check()
    page.get_by_role("button", name="Order").click()
    page.get_by_label("Decline").check()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.locator("#messages")).to_contain_text("declined")
    has_no_barriers(page)
    page.get_by_label("Test card").check()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.get_by_role("heading", name="Test payment").wait_for()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ana")
    order = Order.objects.get()
    assert order.status == "paid" and order.paid_at
    page.get_by_role("link", name="Follow the order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(order.number)
    has_no_barriers(page)


def test_what_was_typed_survives_a_closed_tab_and_another_country_asks_for_other_things(
    open_window: Callable[..., Page], goods: list[Product]
) -> None:
    page = open_window(PHONE)
    put_in(page, goods[0])
    page.goto("/checkout/")
    type_address(page)
    with page.expect_response("**/checkout/update/"):
        page.get_by_label("Country").select_option("US")
    expect(page.get_by_label("State")).to_be_visible()
    expect(page.get_by_label("Town or city")).to_have_value("București")
    again = page.context.new_page()
    page.close()
    again.goto("/checkout/")
    expect(again.get_by_label("First name")).to_have_value("Ana")
    expect(again.get_by_label("Country")).to_have_value("US")


def test_the_basket_follows_each_change_without_a_page_load(open_window: Callable[..., Page], goods: list[Product]) -> None:
    page = open_window(DESKTOP)
    put_in(page, goods[0])
    page.goto("/basket/")
    page.get_by_role("button", name="One more").click()
    expect(page.locator("#basket .total")).to_contain_text("€21.90")
    expect(page.locator("#basket-badge")).to_contain_text("2")
    page.get_by_role("button", name="Take out").click()
    expect(page.locator("#basket")).to_contain_text("Nothing in it yet")
    expect(page.get_by_role("button", name="Put it back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#basket .total")).to_contain_text("€21.90")
