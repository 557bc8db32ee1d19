"""Subscribing from the foot of a page, with and without scripts; and a marketer who builds a segment."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Segment
from shop.customers import consent
from shop.customers.models import Customer
from shop.events import delivery
from shop.mail import preferring
from shop.mail.models import Message
from tests import make
from tests.browser.conftest import DESKTOP, PHONE

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@SIZES
def test_somebody_subscribes_confirms_and_chooses(
    db: None, open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int]
) -> None:
    page = open_window(size, scripts=size == DESKTOP)
    page.goto(reverse("news:link"))
    page.get_by_role("contentinfo").get_by_label("E-mail address").fill("ana@example.com")
    page.get_by_role("contentinfo").get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")
    delivery.deliver_all()
    message = Message.objects.get(kind="consent_confirm")
    page.goto(re.search(r"https?://[^/\"]+(/subscribe/[^\"\s<]+)", message.html)[1])
    page.get_by_role("button", name="Yes, write to me").click()
    page.get_by_role("link", name="Choose how often").click()
    page.get_by_label("At most once a week").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your choice is saved.")).to_be_visible()
    ana = Customer.objects.get(email="ana@example.com")
    assert consent.is_given(ana, "news") and ana.mail_preference.per_week == 1


@SIZES
def test_its_pages_have_no_barriers(
    db: None, open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int]
) -> None:
    page = open_window(size)
    ana = make.customer()
    consent.give(ana, "news", source="form")
    for address in (reverse("news:subscribe"), reverse("news:asked"), reverse("news:link"), preferring.path(ana)):
        page.goto(address)
        has_no_barriers(page)


def test_a_marketer_builds_a_segment_and_sees_it_grow(
    db: None, open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None]
) -> None:
    make.customer(country="MD", birth_day=1, birth_month=timezone.localdate().month)
    make.customer(country="MD")
    make.customer(country="RO")
    page = open_window(DESKTOP)
    _log_in(page, make.staff("marketer"))
    page.goto(reverse("admin:campaigns_segment_add"))
    page.get_by_label("What it is about").select_option("fact:customer_country")
    page.get_by_label("Answer").fill("MD")
    page.get_by_label("Answer").blur()
    expect(page.locator(".segment-count")).to_have_text("2")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("What it is about").nth(1).select_option("fact:customer_birth_month")
    page.get_by_label("Answer").nth(1).select_option("this_month")
    expect(page.locator(".segment-count")).to_have_text("1")
    has_no_barriers(page)
    page.get_by_label("Name").fill("Born here")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Born here” is saved.")).to_be_visible()
    assert len(Segment.objects.get().rules["groups"][0]["conditions"]) == 2


def _log_in(page: Page, staff: object) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=staff, email=staff.email, verified=True, primary=True)
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(staff.email)
    page.locator("[name=password]").fill("a long password")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state()
