"""Points where shoppers meet them: on a phone and on a desktop, without barriers, and without scripts."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from loyalty import ledger, referrals
from loyalty.models import Account
from shop.customers.models import Customer
from tests import make
from tests.browser.conftest import DESKTOP, PHONE
from tests.loyalty import make as loyal

PASSWORD = "a long password"


@pytest.fixture
def ana(db: None) -> Customer:
    """A member with a past: points that came, that wait and that end, a tier and a friend."""
    loyal.programme(point_value=Decimal("0.05"))
    loyal.rule()
    loyal.rule("referral", points=100)
    loyal.rule("referred", points=50)
    loyal.rule("sign_up", points=25)
    ana = loyal.member("ana@example.com")
    loyal.points(ana, 120)
    ledger.earn(ana, 30, "review", cause="review:1", available_at=timezone.now() + timedelta(days=3))
    green = loyal.tier("Green leaf", "20", perks="A sample in every parcel")
    loyal.tier("Golden tip", "100", multiplier=Decimal("1.5"), has_free_delivery=True)
    Account.objects.filter(customer=ana).update(tier=green, spend=Decimal(45))
    make.paid_order(make.product("Assam", price="8.50"), email=ana.email)
    return ana


def log_in(page: Page) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill("ana@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/accounts/")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_of_points_have_no_barriers(
    ana: Customer, open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int]
) -> None:
    page = open_window(size)
    page.goto(reverse("loyalty:programme"))
    has_no_barriers(page)
    log_in(page)
    page.goto(reverse("loyalty:account"))
    expect(page.get_by_text("points to spend, worth €6.00")).to_be_visible()
    expect(page.get_by_label("Your link")).to_have_value(referrals.link_of(ana))
    has_no_barriers(page)


def test_a_friends_link_and_a_first_look_without_scripts(ana: Customer, open_window: Callable[..., Page]) -> None:
    page = open_window(PHONE, scripts=False)
    page.goto(reverse("loyalty:friend", args=[referrals.code_of(ana)]))
    expect(page.get_by_text("Your friend's recommendation counts with your first order")).to_be_visible()
    product = make.product("Ceylon", price="12.00")
    page.goto(product.get_absolute_url())
    expect(page.get_by_text("Earns 12 points")).to_be_visible()
    page.get_by_role("button", name="Add to basket").first.click()
    page.goto(reverse("basket:summary"))
    expect(page.get_by_text("This order earns 12 points")).to_be_visible()
