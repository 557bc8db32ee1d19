"""May visits be counted? Asked once on a bar, at both widths, with and without scripts; nothing is kept before the answer."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from analytics import traces, visits
from analytics.models import Traffic, Visit, Visitor
from shop.forks.catalogue.models import Product
from tests import make
from tests.browser.conftest import DESKTOP, PHONE

BAR = ".visits-bar"
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
LANDING = "/?utm_source=spring&utm_medium=cpc"


@pytest.fixture
def tea(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """One product, and a buffer of visits that the server's thread and this one share with nobody else."""
    key = f"test-{uuid4().hex}:visits"
    monkeypatch.setattr(traces, "_key", lambda: key)
    yield make.product(in_category=make.category("Tea"), is_public=True)
    traces._client().delete(key)


def as_a_person(page: Page) -> Page:
    """A browser without a window says so, and what says so is a robot, whose visits nobody counts."""
    name = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
    page.context.new_cdp_session(page).send("Network.setUserAgentOverride", {"userAgent": name})
    return page


def cookies(page: Page) -> dict[str, str]:
    return {each["name"]: each["value"] for each in page.context.cookies()}


@SIZES
@SCRIPTS
def test_yes_counts_from_then_on_and_the_bar_is_gone(
    tea: Product,
    open_window: Callable[..., Page],
    has_no_barriers: Callable[[Page], None],
    size: tuple[int, int],
    scripts: bool,
) -> None:
    page = as_a_person(open_window(size, scripts=scripts))
    page.goto(LANDING)
    expect(page.locator(BAR)).to_be_visible()
    assert "visits" not in cookies(page)
    visits.keep_all()
    assert not Visitor.objects.exists() and not Visit.objects.exists()
    if scripts:
        has_no_barriers(page)
        assert (
            page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage)).filter(key => /visit/.test(key))")
            == []
        )
    with page.expect_response(lambda answer: answer.url.endswith(LANDING) and answer.status == 200):
        page.get_by_role("button", name="Yes, count my visits").click()
    expect(page.locator(BAR)).to_have_count(0)
    assert page.url.endswith(LANDING)
    page.goto(tea.get_absolute_url())
    expect(page.locator(BAR)).to_have_count(0)
    visits.keep_all()
    visit = Visit.objects.get()
    assert (visit.source, set(visit.reached.values_list("step", flat=True))) == ("spring", {"came", "product"})


@SIZES
@SCRIPTS
def test_no_leaves_nothing_but_the_no_and_can_be_changed_later(
    tea: Product,
    open_window: Callable[..., Page],
    has_no_barriers: Callable[[Page], None],
    size: tuple[int, int],
    scripts: bool,
) -> None:
    page = as_a_person(open_window(size, scripts=scripts))
    page.goto(LANDING)
    page.get_by_role("button", name="No, thanks").click()
    expect(page.locator(BAR)).to_have_count(0)
    page.goto(tea.get_absolute_url())
    expect(page.locator(BAR)).to_have_count(0)
    assert cookies(page)["visits"] == "no"
    visits.keep_all()
    assert not Visitor.objects.exists() and not Visit.objects.exists()
    assert not Traffic.objects.filter(is_traced=True).exists()

    page.goto(reverse("visits"))
    expect(page.get_by_text("On this browser your visits are not counted.")).to_be_visible()
    if scripts:
        has_no_barriers(page)
    page.get_by_role("button", name="Yes, count my visits").click()
    expect(page.get_by_text("On this browser your visits are counted.")).to_be_visible()
    page.goto("/")
    visits.keep_all()
    assert Visitor.objects.count() == 1 and Visit.objects.exists()
    page.goto(reverse("visits"))
    page.get_by_role("button", name="No, thanks").click()
    expect(page.get_by_text("On this browser your visits are not counted.")).to_be_visible()
    assert cookies(page)["visits"] == "no"
    assert not Visitor.objects.exists()


@SIZES
def test_the_bar_is_answered_with_keys_and_hides_nothing_that_has_the_focus(
    tea: Product, open_window: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_window(size)
    page.goto("/")
    hidden = """() => {
      const focused = document.activeElement, bar = document.querySelector(".visits-bar");
      if (!bar || bar.contains(focused)) return "";
      const box = focused.getBoundingClientRect(), top = bar.getBoundingClientRect();
      const under = box.bottom > top.top && box.top < top.bottom && getComputedStyle(bar).position === "fixed";
      return under ? focused.outerHTML.slice(0, 120) : "";
    }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert not page.evaluate(hidden)
        if page.evaluate("document.activeElement.value === 'no'"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(BAR)).to_have_count(0)
    assert cookies(page)["visits"] == "no"
