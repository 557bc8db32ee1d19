"""A shopper narrows a list and finds by typing: on a phone, on a desktop, and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from shop.forks.catalogue.models import Category
from shop.search import index
from tests import make
from tests.browser.conftest import DESKTOP, PHONE


@pytest.fixture
def tea(db: None) -> Category:
    category = make.category("Tea")
    for title, origin, price in (("Assam", "India", "8.90"), ("Darjeeling", "India", "12.40"), ("Keemun", "China", "9.60")):
        make.attribute(make.product(title, price=price, in_category=category), "origin", origin)
    index.catch_up()
    return category


def titles(page: Page) -> list[str]:
    return [title.strip() for title in page.locator(".listing-results h3").all_inner_texts()]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_filter_redraws_the_list_and_keeps_the_place(
    tea: Category, open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int]
) -> None:
    page = open_window(size)
    page.goto(tea.get_absolute_url())
    if size == PHONE:
        page.locator(".filters > summary").click()
    page.get_by_label("India").check()
    expect(page.locator(".chip")).to_have_count(1)
    assert sorted(titles(page)) == ["Assam", "Darjeeling"]
    assert page.evaluate("document.activeElement.id") == "f-origin-india"
    assert "origin=india" in page.url
    has_no_barriers(page)
    page.locator("#sort").select_option("price-down")
    page.wait_for_url("**sort=price-down**")
    assert titles(page) == ["Darjeeling", "Assam"]
    page.evaluate("history.back()")
    page.wait_for_url(lambda url: "origin=india" in url and "price-down" not in url)
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("#sort")).to_have_value("")


def test_filters_work_without_scripts(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(DESKTOP, scripts=False)
    page.goto(tea.get_absolute_url())
    page.get_by_label("China").check()
    page.get_by_role("button", name="Show the products").click()
    assert titles(page) == ["Keemun"]


def test_suggestions_are_walked_with_the_keyboard(
    tea: Category, open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None]
) -> None:
    page = open_window(DESKTOP)
    page.goto("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("keemn", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    has_no_barriers(page)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowUp")
    box.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    box.press_sequentially(" ", delay=30)
    box.fill("keemu")
    option = page.get_by_role("option", name="Keemun")
    expect(option).to_be_visible()
    for _ in range(8):
        if option.get_attribute("aria-selected") == "true":
            break
        box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keemun")
