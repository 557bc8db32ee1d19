"""A question in a mail is answered with one click and confirmed on the page; reviews, cases and conversations beside it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback import cases, links, requests, surveys
from feedback.models import Answer, Response, ReviewRequest
from shop.customers import accounts
from shop.events import delivery
from shop.forks.reviews.models import ProductReview
from shop.mail.models import Message
from tests import make
from tests.browser.conftest import DESKTOP, PHONE
from tests.feedback import make as asked

SIZES = pytest.mark.parametrize(
    ("size", "scripts"), [(PHONE, False), (DESKTOP, True)], ids=["phone without scripts", "desktop"]
)


def clicked(page: Page, message: Message, link: str) -> str:
    """Open a mail as its reader sees it; the path that a link in it leads to."""
    page.goto(reverse("mailbox_body", args=[message.uid]))
    href = page.locator(link).first.get_attribute("href") or ""
    return href.removeprefix(settings.SHOP_URL)


def days_later(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


@SIZES
def test_a_question_in_a_mail_is_answered_with_a_click_and_a_button(
    open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int], scripts: bool
) -> None:
    asked.survey("nps", "choice", "text", thanks_en="We read it all.")
    asked.delivered_order()
    delivery.deliver_all()
    surveys.send_due(days_later(4))
    page = open_window(size, scripts=scripts)
    page.goto(clicked(page, Message.objects.get(kind="survey"), "a.answer:text-is('9')"))
    assert not Response.objects.exists()  # looking is not answering
    expect(page.get_by_role("radio", name="9", exact=True)).to_be_checked()
    if scripts:
        has_no_barriers(page)
    page.get_by_role("button", name="Confirm my answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your answer counts")
    assert Response.objects.get().score == 9
    if scripts:
        has_no_barriers(page)
    page.get_by_label("Packing").check()
    page.get_by_label(re.compile("About text")).fill("The note in the parcel.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("We read it all.")
    assert {answer.shown for answer in Answer.objects.all()} == {"9", "Packing", "The note in the parcel."}
    page.get_by_role("link", name="Change my answers").click()
    expect(page.get_by_role("radio", name="9", exact=True)).to_be_checked()
    if scripts:
        has_no_barriers(page)


@SIZES
def test_everything_in_an_order_is_reviewed_on_one_page(
    open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int], scripts: bool
) -> None:
    asked.delivered_order(make.product("Assam"), make.product("Cup"))
    delivery.deliver_all()
    requests.send_due(days_later(11))
    page = open_window(size, scripts=scripts)
    page.goto(clicked(page, Message.objects.get(kind="review_request"), "a.star >> nth=3"))
    first = page.locator(".to-review").first
    expect(first.get_by_role("radio", name="4 stars")).to_be_checked()
    if scripts:
        has_no_barriers(page)
    first.get_by_label(re.compile("What should others know")).fill("Malty.")
    page.get_by_label("Your name as others see it").fill("Ana")
    page.get_by_role("button", name="Send the reviews").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    review = ProductReview.objects.get()
    assert (review.product.title, review.score, review.order_line.order) == ("Assam", 4, ReviewRequest.objects.get().order)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_other_pages_have_no_barriers(
    open_window: Callable[..., Page], has_no_barriers: Callable[[Page], None], size: tuple[int, int]
) -> None:
    case = cases.from_form(
        name="Ana", email="ana@example.com", order_number="", text="Where is it?", language="en", now=timezone.now()
    )
    cases.reply(case, "On its way.", by=make.staff("support"), now=timezone.now())
    happy = asked.invitation(asked.survey("csat", "multiple", "scale"), case.customer)
    user = make.user("ana@example.com", "a long password")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    accounts.confirm(user)
    page = open_window(size)
    token = links.token(links.CASE, case)
    for address in (reverse("feedback:case", args=[token]), asked.link(happy), reverse("contact")):
        page.goto(address)
        has_no_barriers(page)
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(user.email)
    page.locator("[name=password]").fill("a long password")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/accounts/")
    for address in (reverse("conversations:list"), reverse("conversations:detail", args=[case.reference])):
        page.goto(address)
        has_no_barriers(page)
