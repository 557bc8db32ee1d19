"""Every page of an account, and the pages that lead into one, has no barriers on a phone and on a desktop."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from playwright.sync_api import Page

from shop.customers import accounts
from tests import make
from tests.browser.conftest import DESKTOP, PHONE

PASSWORD = "a long password"
OPEN = ["account_login", "account_signup", "account_reset_password", "wishlists:list", "contact", "home"]
OWN = [
    "customer:summary",
    "customer:order-list",
    "customer:address-list",
    "customer:address-create",
    "customer:messages",
    "customer:preferences",
    "customer:profile-view",
    "customer:profile-delete",
    "account_change_password",
    "mfa_index",
    "wishlists:list",
]


@pytest.fixture
def ana(db: None) -> str:
    """Somebody with an account whose address is confirmed, who has ordered once and wished once."""
    user = make.user("ana@example.com", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    accounts.confirm(user)
    make.order(user=user, email=user.email)
    return user.email


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_account_has_no_barriers(
    ana: str, open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int]
) -> None:
    page = open_window(size)
    for name in OPEN:
        page.goto(reverse(name))
        has_no_barriers(page)
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(ana)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/accounts/")
    for name in OWN:
        page.goto(reverse(name))
        has_no_barriers(page)
