"""Every form that a shopper meets does its work without scripts: send, and a page comes back that says so."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from feedback.models import Case
from shop.forks.catalogue.models import Product
from shop.mail.models import Preference
from shop.search import index
from shop.storefront.models import StockRequest
from tests import make
from tests.browser.conftest import PHONE
from tests.loyalty import make as loyal


@pytest.fixture
def window(db: None, open_window: Callable[..., Page]) -> Page:
    make.delivery("4.90")
    make.product("Assam", price="8.50")
    make.product("Keemun", price="9.00", stock=0)
    index.rebuild()
    return open_window(PHONE, scripts=False)


def product(title: str) -> str:
    return str(Product.objects.get(title=title).get_absolute_url())


def test_news_are_asked_for_in_the_footer_and_a_link_to_choices_too(window: Page) -> None:
    window.goto("/")
    footer = window.locator(".subscribe")
    footer.locator("[type=email]").fill("ana@example.com")
    footer.locator("button").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")
    window.goto(reverse("news:link"))
    window.locator("main [type=email]").fill("ana@example.com")
    window.locator("main form button.button").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")


def test_one_waits_for_what_is_sold_out(window: Page) -> None:
    window.goto(product("Keemun"))
    window.locator(".waiting [type=email]").fill("ana@example.com")
    window.locator(".waiting button").click()
    expect(window.get_by_text("We will write to you as soon as “Keemun” is back.")).to_be_visible()
    waits = StockRequest.objects.get()
    assert (waits.customer.email, waits.product.title) == ("ana@example.com", "Keemun")


def test_a_thing_is_kept_and_let_go_again(window: Page) -> None:
    window.goto(product("Assam"))
    window.locator("[id^=wish-]").first.click()
    window.goto(reverse("wishlists:list"))
    expect(window.locator("main")).to_contain_text("Assam")


def test_the_basket_counts_takes_a_voucher_and_lets_go(window: Page) -> None:
    make.voucher("TEA5")
    window.goto(product("Assam"))
    window.locator("form[action*='/basket/add/'] .button").first.click()
    window.goto(reverse("basket:summary"))
    window.locator("[name^=quantity]").first.fill("2")
    window.locator("main .without-scripts").first.click()
    expect(window.locator(".summary-table .total").first).to_contain_text("€21.90")
    window.locator(".vouchers summary").click()
    window.locator(".vouchers [name=code]").fill("TEA5")
    window.locator(".vouchers details button").click()
    expect(window.locator(".summary-table .total").first).to_contain_text("€16.90")


def test_a_question_reaches_us(window: Page) -> None:
    window.goto(reverse("contact"))
    form = window.locator("main form.form, main form.contact").first
    form.locator("[name=name]").fill("Ana")
    form.locator("[name=email]").fill("ana@example.com")
    form.locator("textarea").first.fill("When does my tea come?")
    form.locator("button.button").last.click()
    window.wait_for_load_state()
    assert Case.objects.get().email == "ana@example.com"


def test_a_member_pays_with_points_and_says_how_often_to_write(window: Page) -> None:
    loyal.programme(point_value=Decimal("0.05"))
    ana = loyal.member("ana@example.com")
    loyal.points(ana, 120)
    window.goto(reverse("account_login"))
    window.locator("[name=login]").fill("ana@example.com")
    window.locator("[name=password]").fill("a long password")
    window.locator("main form.form button.button").first.click()
    window.goto(product("Assam"))
    window.locator("form[action*='/basket/add/'] .button").first.click()
    window.goto(reverse("basket:summary"))
    window.locator("[name=units]").fill("100")
    window.locator(".credit button:not([name])").click()
    expect(window.locator(".summary-table .due")).to_contain_text("€8.40")
    window.goto(reverse("customer:preferences"))
    window.locator("[name=often]").last.check()
    window.locator("main form.form button.button").last.click()
    window.wait_for_load_state()
    assert Preference.objects.get(customer=ana).per_week == 1
