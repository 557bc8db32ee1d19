"""Everything a shopper does can be done with keys alone, and what has the focus can be seen."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from shop.content.models import Shop
from shop.customers.models import Customer
from shop.forks.catalogue.models import Category, Product
from shop.forks.order.models import Order
from shop.search import index
from tests import make
from tests.browser.conftest import DESKTOP, PHONE
from tests.loyalty import make as loyal

# Whether a person sees where the focus is: it, or what it stands in (a card, a box with its label), has a frame, and
# nothing lies on top of it.
IS_SEEN = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await drawn();
  const focused = document.activeElement;
  const framed = (one) => {
    const look = getComputedStyle(one);
    return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  };
  const around = [];
  for (let one = focused; one && around.length < 4; one = one.parentElement) around.push(one);
  const box = focused.getBoundingClientRect();
  const onTop = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 40) / 2);
  const belongs = (one) =>
    around.includes(one) || focused.contains(one) || one.contains(focused) || one.closest("label, .card, li");
  if (around.some(framed) && onTop && belongs(onTop)) return "";
  const trouble = around.some(framed) ? `lies under ${onTop?.outerHTML.slice(0, 80)}` : "has no frame";
  return `${focused.outerHTML.slice(0, 160)} ${trouble}`;
}"""


@pytest.fixture
def tea(db: None) -> Category:
    """Four teas from two countries, two of them under a branch."""
    make.delivery("4.90")
    category = make.category("Tea")
    branch = make.category("Black", parent=category)
    for name, origin in (("Assam", "India"), ("Keemun", "China"), ("Darjeeling", "India"), ("Ceylon", "Sri Lanka")):
        product = make.product(name, price="8.50", in_category=branch, is_public=True)
        make.attribute(product, "origin", origin)
    index.rebuild()
    Shop(name="Kettle Road").save()
    return category


@pytest.fixture
def ana(db: None) -> Customer:
    """A member with 120 points, worth 6 euros."""
    loyal.programme(point_value=Decimal("0.05"))
    ana = loyal.member("ana@example.com")
    loyal.points(ana, 120)
    return ana


def to(page: Page, wanted: str, most: int = 90) -> None:
    """Press Tab until an element that fits the selector has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{page.url}: {most} times Tab and never on {wanted}")


def log_in(page: Page) -> None:
    page.goto(reverse("account_login"))
    to(page, "[name=login]")
    page.keyboard.type("ana@example.com")
    to(page, "[name=password]")
    page.keyboard.type("a long password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/")


def test_the_first_key_leads_past_the_menu(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(DESKTOP)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_phones_menu_opens_leads_on_and_closes(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(PHONE)
    page.goto("/")
    to(page, ".menu > summary")
    page.keyboard.press("Enter")
    to(page, ".menu .categories a")
    page.keyboard.press("Escape")
    assert page.evaluate("!document.querySelector('.menu').open && document.activeElement.matches('.menu > summary')")
    page.keyboard.press("Enter")
    to(page, ".menu .categories a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tea")


def test_the_wide_menu_shows_its_branches_to_keys(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(DESKTOP)
    page.goto("/")
    to(page, ".main-nav > ul > li > a")
    expect(page.locator(".main-nav .sub a").first).to_be_visible()
    to(page, ".main-nav .sub a", most=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Black")


def test_the_list_is_filtered_without_losing_the_place(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(PHONE)
    page.goto(tea.get_absolute_url())
    to(page, ".filters > summary")
    page.keyboard.press("Enter")
    to(page, "#f-origin-india")
    page.keyboard.press("Space")
    expect(page.locator(".listing-results h3")).to_have_count(2)
    assert page.evaluate("document.activeElement.id") == "f-origin-india"


def test_the_drawer_takes_the_focus_and_gives_it_back(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(DESKTOP)
    page.goto(Product.objects.get(title="Assam").get_absolute_url())
    to(page, "form[action*='/basket/add/'] .button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    for key in ("Tab", "Tab", "Shift+Tab"):
        page.keyboard.press(key)
        assert page.evaluate("!!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("form[action*='/basket/add/'] .button").first).to_be_focused()


def test_an_order_is_placed_with_keys_alone(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(PHONE)
    page.goto(Product.objects.get(title="Assam").get_absolute_url())
    to(page, "form[action*='/basket/add/'] .button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    to(page, "dialog a[href*='/checkout/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout/")
    for name, words in (
        ("email", "ana@example.com"),
        ("first_name", "Ana"),
        ("last_name", "Popescu"),
        ("line1", "Strada Lipscani 12"),
        ("postcode", "010011"),
        ("line4", "București"),
        ("state", "Ilfov"),
    ):
        to(page, f"[name={name}]")
        page.keyboard.type(words)
    to(page, "[name=payment]")
    while not page.evaluate("document.activeElement.closest('label').textContent.includes('Cash on delivery')"):
        page.keyboard.press("ArrowDown")
    to(page, "main button.button:not(.quiet)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ana")
    assert Order.objects.get().email == "ana@example.com"


def test_points_pay_with_keys_alone(tea: Category, ana: Customer, open_window: Callable[..., Page]) -> None:
    page = open_window(PHONE)
    log_in(page)
    page.goto(Product.objects.get(title="Assam").get_absolute_url())
    to(page, "form[action*='/basket/add/'] .button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    to(page, "dialog a[href*='/basket/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/basket/")
    to(page, "[name=units]")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect(page.locator(".summary-table .due")).to_contain_text("€8.40")  # 8.50 and 4.90 for the way, less 5.00


def test_the_question_about_visits_is_answered_with_a_key(tea: Category, open_window: Callable[..., Page]) -> None:
    page = open_window(PHONE)
    page.goto("/")
    to(page, ".visits-bar [value=no]")
    page.keyboard.press("Enter")
    expect(page.locator(".visits-bar")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_has_the_focus_can_be_seen(
    tea: Category, ana: Customer, open_window: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_window(size)
    page.emulate_media(reduced_motion="reduce")  # else the page is still on its way to where the focus is
    hidden = []
    assam = Product.objects.get(title="Assam")
    log_in(page)
    page.goto(assam.get_absolute_url())
    to(page, "form[action*='/basket/add/'] .button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    for address in (
        "/",
        tea.get_absolute_url(),
        assam.get_absolute_url(),
        "/basket/",
        "/checkout/",
        "/news/",
        reverse("customer:preferences"),
        reverse("loyalty:account"),
    ):
        page.goto(address)
        for _ in range(70):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            if page.evaluate(IS_SEEN):
                page.wait_for_timeout(300)  # a row that is pushed sideways may still be on its way
                if trouble := page.evaluate(IS_SEEN):
                    hidden.append(f"{address}: {trouble}")
    assert not hidden, "\n".join(hidden)
