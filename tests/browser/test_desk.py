"""The pages that staff work on all day have no barriers, on a phone and on a desktop."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback import cases
from shop.forks.offer.models import ConditionalOffer
from shop.forks.partner.models import StockRecord
from shop.mail.models import Message
from tests import make
from tests.browser.conftest import DESKTOP, PHONE


@pytest.fixture
def desk(db: None, open_window: Callable[..., Page], live_server: object) -> Callable[[tuple[int, int]], Page]:
    """A window in which an owner is logged in."""

    def window(size: tuple[int, int]) -> Page:
        client = Client()
        client.force_login(make.staff("owner"))
        page = open_window(size)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": str(live_server)}])
        return page

    return window


def pages() -> dict[str, str]:
    """What there is to work on, with something in it."""
    tea = make.product("Assam", in_category=make.category())
    make.variants("Darjeeling")
    order = make.paid_order(tea, quantity=2, email="ana@example.com")
    case = cases.from_form(
        name="Ana", email="ana@example.com", order_number="", text="When does my tea come?", language="en", now=timezone.now()
    )
    message = Message.objects.create(kind="case_reply", key="1", to_address="ana@example.com", subject="Your tea", text="Soon.")
    change = "admin:{}_change".format
    return {
        "home": reverse("admin:index"),
        "products": reverse("admin:catalogue_product_changelist"),
        "product": reverse(change("catalogue_product"), args=[tea.pk]),
        "new product": reverse("admin:catalogue_product_add"),
        "orders": reverse("admin:order_order_changelist"),
        "order": reverse(change("order_order"), args=[order.pk]),
        "customers": reverse("admin:customers_customer_changelist"),
        "customer": reverse(change("customers_customer"), args=[order.customer_id]),
        "offers": reverse("admin:offer_conditionaloffer_changelist"),
        "offer": reverse(change("offer_conditionaloffer"), args=[make.offer(percent="10").pk]),
        "new offer": reverse("admin:offer_conditionaloffer_add"),
        "case": reverse(change("feedback_case"), args=[case.pk]),
        "message": reverse(change("mail_message"), args=[message.pk]),
        "ways of delivery": reverse("admin:shipping_method_changelist"),
        "way of delivery": reverse(change("shipping_method"), args=[make.delivery("4.90", code="post").pk]),
        "parts of the first page": reverse("admin:content_block_changelist"),
        "new account": reverse("admin:customers_user_add"),
        "scores": reverse("admin:feedback_response_scores"),
        "when to ask": reverse("admin:feedback_reviewtiming_add"),
        "tiers": reverse("admin:loyalty_tier_changelist"),
        "new segment": reverse("admin:campaigns_segment_add"),
        "new letter": reverse("admin:campaigns_letter_add"),
        "new automation": reverse("admin:campaigns_automation_add"),
        "retention": reverse("admin:insights_day_changelist"),
        "cohorts": reverse("admin:insights_cohort_changelist"),
        "visits": reverse("admin:insights_traffic_changelist"),
    }


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_desk_has_no_barriers(desk: Callable[..., Page], size: tuple[int, int]) -> None:
    page = desk(size)
    barriers = []
    for name, address in pages().items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.url.endswith(address), f"{name} led to {page.url}"
        barriers += barriers_on(page, name)
    assert not barriers, "\n".join(barriers)


def barriers_on(page: Page, name: str) -> list[str]:
    """What axe finds on the page as it stands, and whether it is too wide."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    barriers = [
        f"{name}: {rule['id']} ({rule['impact']}): {node['html'][:300]}\n    {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return barriers + [f"{name}: {wide} pixels too wide"] * (wide > 0)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_promotion_is_tried_and_confirmed_without_barriers(desk: Callable[..., Page], size: tuple[int, int]) -> None:
    tea = make.product("Assam", price="20.00", stock=9)
    StockRecord.objects.filter(product=tea).update(cost_price=Decimal("15.00"))
    order = make.order(tea)
    make.basket(tea)
    offer = make.offer(percent="10")
    page = desk(size)
    page.goto(reverse("admin:offer_conditionaloffer_change", args=[offer.pk]))
    # A field of another kind of promotion is not in the way until it is chosen.
    expect(page.locator("#id_buy")).to_be_hidden()
    page.select_option("#id_kind", "bundle")
    expect(page.locator("#id_buy")).to_be_visible()
    page.select_option("#id_kind", "percent")
    page.fill("#id_value", "50")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#promotion-trial")).to_contain_text(order.number)
    expect(page.locator("#promotion-trial")).to_contain_text("below what it costs you")
    barriers = barriers_on(page, "tried")
    page.locator("[name=_save]").click()
    expect(page.get_by_role("heading", name="This will happen")).to_be_visible()
    barriers += barriers_on(page, "confirming")
    page.get_by_role("button", name="Save it").click()
    page.wait_for_url("**/offer/conditionaloffer/")
    assert not barriers, "\n".join(barriers)
    assert ConditionalOffer.objects.get().benefit.value == 50
