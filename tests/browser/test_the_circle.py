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

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from analytics import filling
from campaigns.automations import ready
from campaigns.models import Automation, Letter, Newsletter, Segment
from campaigns.segments import ready as ready_segments
from feedback.models import Invitation, Response, Survey
from loyalty.models import Account, Lot
from shop.customers import accounts, consent
from shop.customers.models import Customer
from shop.events import delivery
from shop.forks.basket.models import Basket
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Order
from shop.mail.models import Attention, Message
from shop.orders import audit, fulfilment
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
    ready.ensure(is_on=True)
    Automation.objects.update(held_out_percent=0)
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


def until(found: Callable[[], Any], what: str, seconds: float = 40) -> Any:
    """What comes by itself, once it has come."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.2)
    return result


def mail(kind: str, having: str = "") -> Message:
    """The newest mail to Ana that has left, of a kind, with a word in its subject."""
    left = Message.objects.filter(to_address=ANA, kind=kind, state=Message.State.SENT).order_by("-pk").select_related("sheet")
    return until(
        lambda: next((one for one in left.all() if having in (one.subject or one.sheet.subject)), None), f"{kind} {having}"
    )


def follow(page: Page, message: Message, link: str) -> None:
    """Open a mail, and the first such link in it."""
    page.goto(reverse("mailbox_body", args=[message.uid]))
    page.goto(page.locator(link).first.get_attribute("href") or "")


def pays(page: Page) -> Order:
    """With the test card; back on the page that says thank you."""
    page.get_by_label("Test card").check()
    page.get_by_role("button", name=re.compile("^Order")).click()
    page.get_by_role("heading", name="Test payment").wait_for()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ana")
    return Order.objects.latest("pk")


def arrives(order: Order) -> None:
    fulfilment.ship(order, {line.pk: line.quantity for line in order.lines.all()}, tracking_code="1", carrier="Courier")
    fulfilment.deliver(Order.objects.get(pk=order.pk))


def opens_an_account(page: Page) -> Customer:
    """Whose address is confirmed; she logs in by the form."""
    user = make.user(ANA, PASSWORD)
    EmailAddress.objects.create(user=user, email=ANA, verified=True, primary=True)
    customer = accounts.confirm(user)
    page.goto(reverse("account_login"))
    logs_in(page)
    page.wait_for_url("**/accounts/")
    return customer


def logs_in(page: Page) -> None:
    page.get_by_label("Email").fill(ANA)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@SIZES
def test_the_circle_closes(
    the_shop: dict[str, Any],
    at_work: None,
    open_window: Callable[..., Page],
    staff: Callable[..., Page],
    has_no_barriers: Callable[[Page], None],
    size: tuple[int, int],
) -> None:
    page = open_window(size)

    # She leaves her address in the foot of a page, says in the mail that it is hers, and is welcomed with a voucher.
    page.goto(reverse("loyalty:programme"))
    has_no_barriers(page)
    page.get_by_role("contentinfo").get_by_label("E-mail address").fill(ANA)
    page.get_by_role("contentinfo").get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")
    follow(page, mail("consent_confirm"), "a[href*='/subscribe/']")
    page.get_by_role("button", name="Yes, write to me").click()
    welcome = mail("automation", "Welcome")
    page.goto(reverse("mailbox_body", args=[welcome.uid]))
    code = Customer.objects.get(email=ANA).personal_vouchers.get().code
    expect(page.locator("body")).to_contain_text(code)

    # Her first order, a part of it paid by the voucher.
    put_in(page, the_shop["tea"])
    page.goto(reverse("basket:summary"))
    page.get_by_role("button", name="One more").click()
    expect(page.locator("#basket .total")).to_contain_text("€44.90")
    page.get_by_text("voucher", exact=False).first.click()
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=code]").press("Enter")
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
    customer = opens_an_account(page)
    account = until(lambda: Account.objects.filter(customer=customer, pending=360).first(), "360 points on their way")
    page.goto(reverse("loyalty:account"))
    expect(page.locator("main")).to_contain_text("On their way")
    expect(page.locator("main")).to_contain_text("+360")
    arrives(first)
    invitation = until(Invitation.objects.filter(customer=customer).first, "an invitation")
    Lot.objects.filter(account=account).update(available_at=timezone.now())
    until(lambda: Account.objects.filter(customer=customer, available=360).exists(), "360 points to spend")
    page.reload()
    expect(page.locator(".points-number")).to_contain_text("360")
    has_no_barriers(page)

    # She is asked how it was, and answers with one click and a button.
    Invitation.objects.filter(pk=invitation.pk).update(due_at=timezone.now())
    follow(page, mail("survey"), "a.answer:text-is('9')")
    has_no_barriers(page)
    page.get_by_role("button", name="Confirm my answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your answer counts")
    assert Response.objects.get().score == 9

    # She fills a basket and leaves it. The mail an hour later brings it back, on another device.
    for product in (the_shop["pot"], the_shop["tea"], the_shop["tea"]):
        put_in(page, product)
    page.goto(reverse("checkout:index"))
    consent.give(customer, "basket", source="account")
    basket = Basket.objects.get(owner=customer.user, status=Basket.OPEN)
    Basket.objects.filter(pk=basket.pk).update(changed_at=timezone.now() - timedelta(hours=2))
    CheckoutDraft.objects.filter(basket=basket).update(updated_at=timezone.now() - timedelta(hours=2))
    reminder = mail("automation", "basket")
    elsewhere = open_window(size)
    follow(elsewhere, reminder, "a:text-is('To my basket')")
    logs_in(elsewhere)  # the basket of an account opens for its owner only
    expect(elsewhere.locator("#basket")).to_contain_text("Teapot")
    elsewhere.close()

    # She pays a part of it with points.
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
    until(lambda: Account.objects.filter(customer=customer, available=60, pending=720).exists(), "60 points and 720 to come")

    # The teapot comes back: the merchant refunds it, in money and in points.
    arrives(second)
    desk = staff("merchant", size)
    desk.goto(reverse("admin:order_order_change", args=[second.pk]))
    desk.locator("details:has(form[action$='/refund/']) > summary").click()
    form = desk.locator("form[action$='/refund/']")
    form.get_by_label(re.compile("Teapot")).fill("1")
    form.locator("[name=reason]").fill("The lid was broken")
    form.get_by_role("button").click()
    desk.locator("form:has([name=confirmed]) button").click()
    refund = until(Refund.objects.filter(order=second, state="done").first, "the refund")
    assert refund.amount + refund.credited == Decimal("35.00")
    back = round(refund.credited * 100)
    kept = (75 - 3 - 35 + refund.credited) * 10  # what she paid in money for what she keeps
    until(lambda: Account.objects.filter(customer=customer, available=60 + back, pending=kept).exists(), "the right balance")
    page.goto(reverse("loyalty:account"))
    expect(page.locator(".points-number")).to_contain_text(str(60 + back))
    has_no_barriers(page)
    assert not audit.broken()


@SIZES
def test_the_shop_brings_people_back_and_sees_what_it_is_worth(
    the_shop: dict[str, Any], staff: Callable[..., Page], size: tuple[int, int]
) -> None:
    delivery.deliver_all()
    filling.rebuild()
    quiet = Segment.objects.get(code="loyal-quiet")

    # A marketer writes to those who were loyal and came no more; a merchant approves; it goes out at nine tomorrow.
    marketer, merchant = staff("marketer", size), staff("merchant", size)
    marketer.goto(reverse("admin:campaigns_newsletter_add"))
    marketer.locator("[name=name]").fill("Come and see us")
    marketer.locator("[name=letter]").select_option(label=Letter.objects.order_by("pk").first().name)
    marketer.locator("[name=segments]").select_option(label=quiet.name, force=True)
    marketer.locator("[name=held_out_percent]").fill("0")
    marketer.get_by_role("button", name="Save").click()
    expect(marketer.locator("#content-main")).to_contain_text("has to approve it")
    newsletter = Newsletter.objects.get()
    address = reverse("admin:campaigns_newsletter_change", args=[newsletter.pk])
    merchant.goto(address)
    expect(merchant.locator(".is-total").first).to_contain_text("1")
    merchant.get_by_role("button", name="Approve").click()
    marketer.goto(address)
    marketer.get_by_role("button", name="Schedule").click()
    newsletter.refresh_from_db()
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert (newsletter.state, newsletter.send_on, newsletter.send_at) == ("scheduled", tomorrow, clock(9))

    # The merchant plans a promotion for next week.
    merchant.goto(reverse("admin:offer_conditionaloffer_add"))
    merchant.locator("[name=name_en]").fill("Tea week")
    merchant.locator("[name=kind]").select_option(label="Per cent off", force=True)
    merchant.locator("[name=value]").fill("15")
    merchant.locator("[name=start_datetime_0]").fill((tomorrow + timedelta(days=7)).isoformat())
    merchant.locator("[name=start_datetime_1]").fill("09:00:00")
    merchant.locator("[name=_save]").last.click()
    merchant.wait_for_url("**/conditionaloffer/**")
    assert ConditionalOffer.objects.get().name == "Tea week"

    # What all this is worth, and who stands behind a number.
    merchant.goto(reverse("admin:insights_day_changelist"))
    merchant.get_by_role("link", name="Customers at the end").first.click()
    expect(merchant.locator("#content-main")).to_contain_text("ion@example.com")


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
