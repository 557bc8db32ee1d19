"""The first page: what waits for somebody, and how the shop is doing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from shop import money
from shop.desk import sales_chart
from shop.desk.product_filters import LOW, free_units
from shop.events.models import Delivery
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.forks.reviews.models import ProductReview
from shop.mail.models import Message
from shop.orders import statuses

DAYS = 30
SOLD = [status for status in statuses.NAMES if status not in (*statuses.UNPAID, statuses.CANCELLED)]
COUNTED = [*SOLD, statuses.ON_DELIVERY]


@dataclass(frozen=True)
class Tile:
    """A number that leads to the list behind it. `tone`: "needs" when somebody should act, "is-wrong" when it is late."""

    label: str
    number: int
    url: str
    tone: str = ""


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The admin's index with what this member of staff may know."""
    user = request.user
    context["tiles"] = [tile for permission, make in TILES if user.has_perm(permission) for tile in make()]  # type: ignore[union-attr]
    if user.has_perm("order.view_order"):  # type: ignore[union-attr]
        context["latest"] = _latest()
        context["sales"] = sales()
    if user.has_perm("catalogue.view_product"):  # type: ignore[union-attr]
        context["low"] = _low_stock()
    context["title"] = gettext("Today")
    return context


def tells(permission: str) -> Callable[[Callable[[], list[Tile]]], Callable[[], list[Tile]]]:
    """Register `function() -> tiles` of an app above, for members of staff with this right."""

    def register(make: Callable[[], list[Tile]]) -> Callable[[], list[Tile]]:
        TILES.append((permission, make))
        return make

    return register


def _tile(label: str, number: int, url: str, tone: str) -> Tile:
    return Tile(label, number, url, tone if number else "")


def _orders() -> list[Tile]:
    base = reverse("admin:order_order_changelist")
    counts = dict(Order.objects.order_by().values_list("status").annotate(Count("pk")))
    to_ship = sum(counts.get(status, 0) for status in statuses.TO_SHIP)
    waiting = counts.get(statuses.AWAITING_TRANSFER, 0)
    return [
        _tile(gettext("Orders to ship"), to_ship, f"{base}?status=to_ship", "needs"),
        _tile(gettext("Waiting for a transfer"), waiting, f"{base}?status={statuses.AWAITING_TRANSFER}", ""),
    ]


def _reviews() -> list[Tile]:
    url = f"{reverse('admin:reviews_productreview_changelist')}?status__exact={ProductReview.FOR_MODERATION}"
    return [_tile(gettext("Reviews to read"), ProductReview.objects.awaiting_moderation().count(), url, "needs")]


def _messages() -> list[Tile]:
    url = f"{reverse('admin:mail_message_changelist')}?state__exact=failed"
    return [_tile(gettext("Mails not sent"), Message.objects.filter(state=Message.State.FAILED).count(), url, "is-wrong")]


def _deliveries() -> list[Tile]:
    url = f"{reverse('admin:events_delivery_changelist')}?state__exact=failed"
    return [_tile(gettext("Failed deliveries"), Delivery.objects.failed().count(), url, "is-wrong")]


TILES = [
    ("order.view_order", _orders),
    ("reviews.view_productreview", _reviews),
    ("mail.view_message", _messages),
    ("events.view_delivery", _deliveries),
]


def _latest() -> list[Order]:
    orders = list(Order.objects.select_related("shipping_address", "customer").order_by("-date_placed", "-pk")[:8])
    for order in orders:
        order.status_name = statuses.NAMES.get(order.status, order.status)  # type: ignore[attr-defined]
    return orders


def _low_stock() -> list[dict[str, Any]]:
    """What runs out first, of products that the shop shows."""
    rows = (
        StockRecord.objects.filter(product__is_public=True, product__structure__in=("standalone", "child"))
        .annotate(free=free_units())
        .filter(free__lte=LOW)
        .select_related("product__parent")
        .order_by("free", "pk")[:8]
    )
    return [
        {
            "title": row.product.get_title(),
            "sku": row.partner_sku,
            "free": row.free,  # type: ignore[attr-defined]
            "url": reverse("admin:catalogue_product_change", args=[row.product.parent_id or row.product_id]),
        }
        for row in rows
    ]


def sales(today: date | None = None) -> dict[str, Any]:
    """Orders of the last thirty days, day by day, in the shop's time zone; unpaid and cancelled ones do not count."""
    today = today or timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    rows = (
        Order.objects.filter(status__in=COUNTED, date_placed__date__gte=first, date_placed__date__lte=today)
        .annotate(day=TruncDate("date_placed"))
        .order_by()
        .values_list("day")
        .annotate(Sum("total_incl_tax"), Count("pk"))
    )
    by_day = {day: (total, count) for day, total, count in rows}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    series = [(day, *by_day.get(day, (Decimal(0), 0))) for day in days]
    total = sum((amount for _day, amount, _count in series), Decimal(0))
    count = sum(number for _day, _amount, number in series)
    return {
        "chart": sales_chart.drawn(series),
        "total": money.shown(total),
        "count": count,
        "mean": money.shown(total / count) if count else "–",
        "days": [(day, money.shown(amount), number) for day, amount, number in series],
    }
