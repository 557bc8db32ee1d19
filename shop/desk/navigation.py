"""The sidebar: the staff's work in their words, each entry only for those who may do it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from shop.content import identity

# Title, icon (a name of Material Symbols, which the theme brings along), model, and a view of it other than its list.
GROUPS: list[tuple[Any, list[tuple[Any, ...]]]] = [
    (
        _("Sales"),
        [
            (_("Orders"), "receipt_long", "order.order"),
            (_("Customers"), "group", "customers.customer"),
            (_("Cases"), "inbox", "feedback.case"),
            (_("Reviews"), "reviews", "reviews.productreview"),
        ],
    ),
    (
        _("Catalogue"),
        [
            (_("Products"), "inventory_2", "catalogue.product"),
            (_("Categories"), "account_tree", "catalogue.category"),
            (_("Kinds and characteristics"), "category", "catalogue.productclass"),
            (_("Options"), "list_alt", "catalogue.attributeoptiongroup"),
        ],
    ),
    (
        _("Marketing"),
        [
            (_("Offers"), "sell", "offer.conditionaloffer"),
            (_("Voucher codes"), "confirmation_number", "voucher.voucher"),
            (_("Newsletters"), "campaign", "campaigns.newsletter"),
            (_("Automations"), "auto_mode", "campaigns.automation"),
            (_("On the way"), "directions_walk", "campaigns.run"),
            (_("Letters"), "stylus_note", "campaigns.letter"),
            (_("Segments"), "groups", "campaigns.segment"),
            (_("Attention budget"), "hourglass", "mail.attention"),
            (_("Synonyms"), "translate", "search.synonym"),
            (_("Searches"), "manage_search", "search.search"),
            (_("Found nothing"), "search_off", "search.missedsearch"),
        ],
    ),
    (
        _("Questions"),
        [
            (_("Scores"), "speed", "feedback.response", "scores"),
            (_("Answers"), "forum", "feedback.response"),
            (_("Surveys"), "ballot", "feedback.survey"),
            (_("Who was asked"), "outgoing_mail", "feedback.invitation"),
            (_("Time to try things out"), "hourglass_empty", "feedback.reviewtiming"),
        ],
    ),
    (
        _("Figures"),
        [
            (_("Retention"), "monitoring", "insights.day"),
            (_("Cohorts"), "grid_on", "insights.cohort"),
            (_("Channels"), "hub", "insights.turnover"),
            (_("Products in figures"), "bar_chart", "insights.productsale"),
            (_("Visits"), "footprint", "insights.traffic"),
            (_("Ways to an order"), "route", "insights.ordersource"),
            (_("Kinds of buyers"), "diversity_3", "insights.portrait"),
            (_("Forecast"), "timeline", "insights.forecasting"),
        ],
    ),
    (
        _("Points"),
        [
            (_("Points of customers"), "loyalty", "loyalty.account"),
            (_("Earning rules"), "rule", "loyalty.rule"),
            (_("Bonus days"), "event", "loyalty.boost"),
            (_("Tiers"), "stairs", "loyalty.tier"),
            (_("Recommendations"), "share", "loyalty.referral"),
            (_("Journal of points"), "menu_book", "loyalty.entry"),
            (_("What points are worth"), "account_balance", "loyalty.programme", "liability"),
            (_("Programme"), "tune", "loyalty.programme"),
        ],
    ),
    (
        _("The shop"),
        [
            (_("Name and look"), "storefront", "content.shop"),
            (_("Home page"), "home", "content.block"),
            (_("Pages"), "article", "content.page"),
            (_("Ways of delivery"), "local_shipping", "shipping.method"),
            (_("Ways to pay"), "credit_card", "orders.paymentmethod"),
            (_("Taxes"), "percent", "pricing.taxrate"),
        ],
    ),
    (
        _("Behind the scenes"),
        [
            (_("Messages"), "mail", "mail.message"),
            (_("Blocked addresses"), "unsubscribe", "mail.suppression"),
            (_("Payments"), "payments", "payments.paymentattempt"),
            (_("Refunds"), "currency_exchange", "payments.refund"),
            (_("Provider calls"), "webhook", "payments.webhookevent"),
            (_("Events"), "history", "events.event"),
            (_("Deliveries of events"), "sync_problem", "events.delivery"),
            (_("Staff and accounts"), "badge", "customers.user"),
        ],
    ),
]


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar as the theme wants it."""
    home = {"title": _("Today"), "icon": "space_dashboard", "link": reverse_lazy("admin:index")}
    shown: list[dict[str, Any]] = [{"title": None, "items": [home]}]
    for title, entries in GROUPS:
        items = [_item(*entry) for entry in entries if admin.site.is_registered(apps.get_model(entry[2]))]
        shown.append({"title": title, "separator": True, "collapsible": title == GROUPS[-1][0], "items": items})
    return shown


def _item(title: Any, icon: str, label: str, view: str = "changelist") -> dict[str, Any]:
    app, model = label.split(".")
    link = _link(label, view)
    return {"title": title, "icon": icon, "link": link, "permission": _may_see(app, model), "active": _is_open(link)}


@cache
def _link(label: str, view: str = "changelist") -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{view}")


def _is_open(link: str) -> Callable[[HttpRequest], bool]:
    """Of several entries whose address the page's begins with, the one that says most."""
    return lambda request: link == max(filter(request.path.startswith, _links()), key=len, default="")


def _links() -> Iterator[str]:
    return (
        _link(*entry[2:])
        for _title, entries in GROUPS
        for entry in entries
        if admin.site.is_registered(apps.get_model(entry[2]))
    )


def _may_see(app: str, model: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(f"{app}.view_{model}")  # type: ignore[union-attr]


def shop_name(request: HttpRequest) -> str:
    return identity.shop().name


def stylesheet(request: HttpRequest) -> str:
    return static("css/desk.css")


def script(request: HttpRequest) -> str:
    return static("js/desk.js")


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"title": _("Change password"), "link": reverse_lazy("account_change_password")},
        {"title": _("Log in with a second step"), "link": reverse_lazy("mfa_index")},
    ]
