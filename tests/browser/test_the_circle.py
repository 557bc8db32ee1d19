"""The circle closes before one's eyes: Ana's way through the shop, and what a marketer and a merchant make of it.

A real worker and beat do in their own time what nobody clicks. Time that would have to pass is set back in the rows.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import time as clock
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from analytics import filling
from campaigns.automations import ready
from campaigns.models import Automation, Letter, Newsletter, Segment
from campaigns.segments import ready as ready_segments
from feedback.models import Invitation, Survey
from loyalty.models import Account, Lot
from shop.customers import consent
from shop.customers.models import Customer
from shop.events import delivery
from shop.forks.basket.models import Basket
from shop.forks.order.models import Order
from shop.mail.models import Attention
from shop.orders import audit
from shop.payments.models import Refund
from shop.search import index
from shop.storefront.models import CheckoutDraft
from tests import make
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_buying import put_in, type_address
from tests.browser.test_desk import barriers_on
from tests.feedback import make as feedback
from tests.loyalty import make as loyalty
from tests.races import brokers, servers

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
ANA, PASSWORD = "ana@example.com", "a long password"
CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")  # of a voucher
LONG_AGO = timedelta(days=70)


@pytest.fixture
def the_shop(db: None, live_server: Any, settings: Any) -> dict[str, Any]:
    """Something to buy, points, a question, all automations; and Ion, who was loyal and then came no more."""
    settings.SHOP_URL = str(live_server)
    Attention.objects.all().delete()  # how much mail is too much, and when, is another test's subject
    make.delivery("4.90", countries=("RO",))
    loyalty.programme(return_days=14)
    loyalty.rule(rate=Decimal(10))
    feedback.survey("nps", "text")
    ready_segments.ensure()
    ready.ensure()
    Automation.objects.update(is_on=True, held_out_percent=0)
    goods = {"tea": make.product("Assam", price="20.00", stock=50), "pot": make.product("Teapot", price="35.00", stock=5)}
    for _ in range(3):
        make.paid_order(goods["tea"], email="ion@example.com")
    Order.objects.update(date_placed=timezone.now() - LONG_AGO, paid_at=timezone.now() - LONG_AGO)
    consent.give(Customer.objects.get(), "news", source="account", confirmed_at=timezone.now() - LONG_AGO)
    index.catch_up()
    return goods


@pytest.fixture
def at_work(the_shop: Any, live_server: Any, tmp_path: Path) -> Iterator[None]:
    """Worker and beat, with a broker of their own."""
    with brokers.own(tmp_path / "broker") as broker:
        environment = {
            **broker.environment,
            "SHOP_URL": str(live_server),
            "EMAIL_BACKEND": "shop.mail.backends.Mailbox",
            "OPENBLAS_NUM_THREADS": "1",
        }
        beat = ("-B", "-s", str(tmp_path / "beat"))
        with servers.worker(tmp_path / "worker.log", *beat, app="tests.browser.quick_worker", **environment):
            yield


@pytest.fixture
def staff(open_window: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """`staff("merchant", PHONE)`: a window in which somebody of that role is logged in."""

    def window(role: str, size: tuple[int, int]) -> Page:
        client = Client()
        client.force_login(make.staff(role))
        page = open_window(size)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": str(live_server)}])
        return page

    return window


# What happens by itself, in its own time


def until(found: Callable[[], Any], what: str, seconds: float = 40) -> Any:
    """What comes by itself, once it has come."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.3)
    return result


def shows(page: Page, address: str, where: str, *words: str) -> None:
    """A page comes to say this, looked at again and again."""
    said = ""

    def says() -> bool:
        nonlocal said
        page.goto(address)
        said = page.locator(where).first.inner_text()
        return all(word in said for word in words)

    try:
        until(says, f"{words} on {address}")
    except AssertionError as error:
        raise AssertionError(f"{error}: it says {said!r}") from error


def opens_mail(page: Page, subject: str) -> None:
    """Wait for a mail in the mailbox, and open it as it stands there."""
    row = page.locator(".mail-list li", has_text=ANA).filter(has=page.locator(".mail-state.is-sent"))
    until(lambda: page.goto(f"{reverse('mailbox')}?{urlencode({'q': subject})}") and row.count(), f"“{subject}”")
    row.first.get_by_role("link").click()
    page.goto(page.locator("iframe.mail-frame").get_attribute("src") or "")


def follows(page: Page, subject: str, link: str) -> None:
    """Open a mail, and the first such link in it, which the mailbox shows in a tab of its own."""
    opens_mail(page, subject)
    page.goto(page.locator(link).first.get_attribute("href") or "")


# What people do


def subscribes(page: Page) -> None:
    page.goto(reverse("loyalty:programme"))
    foot = page.get_by_role("contentinfo")
    foot.get_by_label("E-mail address").fill(ANA)
    foot.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")
    follows(page, "Please confirm: news from", "a[href*='/subscribe/']")
    page.get_by_role("button", name="Yes, write to me").click()


def types_voucher(page: Page, code: str) -> None:
    page.goto(reverse("basket:summary"))
    page.get_by_text("voucher", exact=False).first.click()
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=code]").press("Enter")


def pays(page: Page) -> Order:
    """With the test card; back on the page that says thank you."""
    page.get_by_label("Test card").check()
    page.get_by_role("button", name=re.compile("^Order")).click()
    page.get_by_role("heading", name="Test payment").wait_for()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ana")
    return Order.objects.get(number=page.locator("p.lead strong").first.inner_text())


def opens_an_account(page: Page) -> None:
    """On the page that says thank you; the mail confirms the address, and she logs in."""
    page.locator("#new-password").fill(PASSWORD)
    page.get_by_role("button", name="Open an account").click()
    expect(page.locator("body")).to_contain_text("Nearly there")
    follows(page, "Confirm your address", "a[href*='confirm']")
    page.locator("main form button").first.click()
    page.goto(reverse("account_login"))
    logs_in(page)
    page.wait_for_url("**/accounts/")


def logs_in(page: Page) -> None:
    page.get_by_label("Email").fill(ANA)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def ships(desk: Page, order: Order) -> None:
    """All of an order leaves and arrives."""
    address = reverse("admin:order_order_change", args=[order.pk])
    desk.goto(address)
    form = desk.locator("form[action$='/ship/']")
    form.locator("[name=carrier]").fill("Courier")
    form.locator("[name=tracking_code]").fill("RO123")
    form.get_by_role("button").last.click()
    desk.locator("form:has([name=confirmed]) button").click()
    desk.locator("form[action$='/deliver/'] button").click()
    confirm = desk.locator("form:has([name=confirmed]) button")
    confirm.or_(desk.locator(".desk-status-delivered")).first.wait_for()
    if confirm.count():
        confirm.click()
    until(lambda: Order.objects.get(pk=order.pk).status == "delivered", "the parcel")


def refunds(desk: Page, order: Order, title: str) -> None:
    """One unit of something comes back."""
    desk.goto(reverse("admin:order_order_change", args=[order.pk]))
    desk.locator("details:has(form[action$='/refund/']) > summary").click()
    form = desk.locator("form[action$='/refund/']")
    form.get_by_label(re.compile(title)).fill("1")
    form.locator("[name=reason]").fill("The lid was broken")
    form.get_by_role("button").click()
    desk.locator("form:has([name=confirmed]) button").click()


@SIZES
def test_the_circle_closes(
    the_shop: dict[str, Any],
    at_work: None,
    open_window: Callable[..., Page],
    staff: Callable[..., Page],
    has_no_barriers: Callable[[Page], None],
    size: tuple[int, int],
) -> None:
    page, desk = open_window(size), staff("merchant", size)
    points = reverse("loyalty:account")

    # She leaves her address in the foot of a page, says in the mail that it is hers, and is welcomed with a voucher.
    subscribes(page)
    opens_mail(page, "Welcome, and ten per cent off")
    code = CODE.findall(page.locator("body").inner_text())[0]

    # Her first order, as a guest; the voucher pays a part of it.
    put_in(page, the_shop["tea"])
    page.goto(reverse("basket:summary"))
    page.get_by_role("button", name="One more").click()
    expect(page.locator("#basket .total")).to_contain_text("€44.90")
    types_voucher(page, code)
    expect(page.locator("#basket .total")).to_contain_text("€40.90")
    expect(page.locator("#basket")).to_contain_text("360 points")
    has_no_barriers(page)
    page.goto(reverse("checkout:index"))
    type_address(page)
    expect(page.locator("#checkout-summary .total")).to_contain_text("€40.90")
    first = pays(page)
    expect(page.locator("main")).to_contain_text("360 points")
    has_no_barriers(page)

    # The points wait for the end of the return window; then they are hers.
    opens_an_account(page)
    shows(page, points, "main", "On their way", "+360")
    ships(desk, first)
    invitation = until(Invitation.objects.filter(order=first).first, "an invitation")
    Lot.objects.update(available_at=timezone.now())
    shows(page, points, ".points-number", "360")
    has_no_barriers(page)

    # She is asked how it was, and answers with one click and a button.
    Invitation.objects.filter(pk=invitation.pk).update(due_at=timezone.now())
    follows(page, "How was it?", "a.answer:text-is('9')")
    has_no_barriers(page)
    page.get_by_role("button", name="Confirm my answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your answer counts")

    # She fills a basket, asks to be reminded of it and leaves. The mail brings it back, on another device.
    for product in (the_shop["pot"], the_shop["tea"], the_shop["tea"]):
        put_in(page, product)
    page.goto(reverse("checkout:index"))
    with page.expect_response("**/checkout/update/**"):
        page.get_by_label("Remind me by e-mail").check()
    page.goto(reverse("home"))
    an_hour_ago = timezone.now() - timedelta(hours=1, minutes=5)
    Basket.objects.filter(status=Basket.OPEN).update(changed_at=an_hour_ago)
    CheckoutDraft.objects.update(updated_at=an_hour_ago)
    elsewhere = open_window(size)
    follows(elsewhere, "Your basket is still here", "a:text-is('To my basket')")
    logs_in(elsewhere)  # the basket of an account opens for its owner only
    expect(elsewhere.locator("#basket")).to_contain_text("Teapot")
    page.close()

    # She pays a part of it with points.
    page = elsewhere
    page.goto(reverse("basket:summary"))
    page.locator("#credit-units-points").fill("300")
    page.locator("#credit-points").get_by_role("button", name="Apply").click()
    expect(page.locator("#basket")).to_contain_text("€72.00")
    has_no_barriers(page)
    page.goto(reverse("checkout:index"))
    expect(page.locator("#checkout-summary")).to_contain_text("€72.00")
    has_no_barriers(page)
    type_address(page)
    second = pays(page)
    assert (second.total_incl_tax, second.due) == (Decimal("75.00"), Decimal("72.00"))  # delivery is free from 60
    shows(page, points, "main", "60", "+720")

    # The teapot comes back: the merchant refunds it, in money and in points.
    ships(desk, second)
    refunds(desk, second, "Teapot")
    refund = until(Refund.objects.filter(order=second, state="done").first, "the refund")
    assert refund.amount + refund.credited == Decimal("35.00")
    back = round(refund.credited * 100)
    kept = round((75 - 3 - 35 + refund.credited) * 10)  # what she paid in money for what she keeps
    balance = Account.objects.filter(customer__email=ANA, available=60 + back, pending=kept)
    until(balance.exists, "the right balance")
    shows(page, points, ".points-number", str(60 + back))
    has_no_barriers(page)

    writes_to_the_quiet(staff("marketer", size), desk)
    plans_a_promotion(desk)
    sees_what_it_is_worth(desk)
    assert not audit.broken()


def writes_to_the_quiet(marketer: Page, merchant: Page) -> None:
    """To those who were loyal and have not bought for 60 days, at nine tomorrow; a merchant approves it."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    marketer.goto(reverse("admin:campaigns_newsletter_add"))
    marketer.locator("[name=name]").fill("Come and see us")
    marketer.locator("[name=letter]").select_option(label="We miss you", force=True)
    marketer.locator("[name=segments]").select_option(label="Loyal, not bought for 60 days", force=True)
    marketer.locator("[name=held_out_percent]").fill("0")
    marketer.get_by_role("button", name="Save").click()
    expect(marketer.locator("#content-main")).to_contain_text("has to approve it")
    address = marketer.url
    merchant.goto(address)
    expect(merchant.locator(".is-total").first).to_contain_text("1")  # Ion
    merchant.get_by_role("button", name="Approve").click()
    marketer.goto(address)
    form = marketer.locator("form[action$='/schedule/']")
    form.locator("[name=day]").fill(tomorrow.isoformat())
    form.locator("[name=at]").fill("09:00")
    form.get_by_role("button", name="Schedule").click()
    expect(marketer.locator("[aria-current=step]")).to_have_text(re.compile("scheduled", re.IGNORECASE))
    newsletter = Newsletter.objects.get()
    assert (newsletter.state, newsletter.send_on, newsletter.send_at) == ("scheduled", tomorrow, clock(9))


def plans_a_promotion(merchant: Page) -> None:
    """For next week, from a form of the admin."""
    begins = timezone.localdate() + timedelta(days=8)
    merchant.goto(reverse("admin:offer_conditionaloffer_add"))
    merchant.locator("[name=name_en]").fill("Tea week")
    merchant.locator("[name=kind]").select_option(label="Per cent off", force=True)
    merchant.locator("[name=value]").fill("15")
    merchant.locator("[name=state]").select_option("on", force=True)
    merchant.locator("[name=start_datetime_0]").fill(begins.isoformat())
    merchant.locator("[name=start_datetime_1]").fill("09:00:00")
    merchant.locator("[name=_save]").last.click()
    merchant.wait_for_url("**/conditionaloffer/**")
    merchant.goto(reverse("admin:offer_conditionaloffer_changelist"))
    expect(merchant.locator("#result_list")).to_contain_text("Tea week")
    expect(merchant.locator("#result_list")).to_contain_text("scheduled")


def sees_what_it_is_worth(merchant: Page) -> None:
    """The figures of all this on one page, and behind each of them its customers or orders."""
    home = reverse("admin:insights_day_changelist")
    for figure, says in {"nps": "100", "orders": "2", "points_earned": "", "points_spent": "300"}.items():
        shows(merchant, home, f"a[href*='/figure/{figure}/']", says)
    for label, people in {"Customers at the end": (ANA, "ion@example.com"), "new customers": (ANA,)}.items():
        merchant.goto(home)
        number = merchant.locator("tr", has_text=label).first.locator("a").first
        count = number.inner_text()
        number.click()
        expect(merchant.locator(".figure-totals dd").first).to_have_text(count)
        for email in people:
            expect(merchant.locator("#content-main")).to_contain_text(email)
    merchant.goto(home)
    links = merchant.locator("#content-main a[href*='/figure/'], #content-main a[href*='/rows/']")
    addresses = {link.get_attribute("href") or "" for link in links.all()}
    assert len(addresses) > 25
    for address in sorted(addresses):
        answer = merchant.request.get(address)
        assert answer.status == 200, address
        assert "<table" in answer.text() or "desk-quiet" in answer.text(), address


@SIZES
def test_what_it_is_done_with_has_no_barriers(
    the_shop: dict[str, Any], staff: Callable[..., Page], size: tuple[int, int]
) -> None:
    delivery.deliver_all()
    filling.rebuild()
    newsletter = Newsletter.objects.create(name="Come and see us", letter=Letter.objects.order_by("pk").first())
    rows = [
        Segment.objects.first(),
        newsletter.letter,
        newsletter,
        Automation.objects.first(),
        Survey.objects.get(),
        Account.objects.get(),
    ]
    addresses = [reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]) for row in rows]
    addresses += [reverse(f"admin:{name}") for name in ("insights_day_changelist", "insights_cohort_changelist")]
    page = staff("owner", size)
    barriers = []
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        barriers += barriers_on(page, address)
    assert not barriers, "\n".join(barriers)
