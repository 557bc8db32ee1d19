"""What begins an automation: events of the log, and days that come round. For each: what it is about, and how long it is
true."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from campaigns import segments
from campaigns.models import Automation, Run, Trigger
from shop.customers.models import Consent, Customer
from shop.events.catalog import (
    BasketLeft,
    ConsentGiven,
    Event,
    OrderDelivered,
    OrderPaid,
    PointsExpiring,
    ProductBackInStock,
    TierReached,
)
from shop.forks.basket.models import Basket, units_left
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Line, Order
from shop.forks.partner.models import StockRecord
from shop.storefront import recovery

MOST_PRODUCTS = 6
SOLD_OUT = gettext_noop("It has sold out again.")


@dataclass(frozen=True)
class Brings:
    """What a letter can show of its cause: products, and where its button leads."""

    products: tuple[int, ...] = ()
    url: str = "/"


@dataclass(frozen=True)
class Beginning:
    """One trigger. `event` is heard from the log; without one, `due` finds those whose day it is."""

    event: type[Event] | None = None
    cause: Callable[[Any], str] = lambda _event: ""
    """Names the occasion: the same one begins one run. Empty: nothing begins."""
    due: Callable[[Automation, date], QuerySet[Customer]] | None = None
    brings: Callable[[Run], Brings] = lambda _run: Brings()
    over: Callable[[Sequence[Run]], Mapping[int, str]] = lambda _runs: {}
    """Of which runs it is not true any more, and why, in words for the log; asked for many at once."""
    is_once: bool = False  # a person enters once and never again, unless the automation says after how many days


def _basket_over(runs: Sequence[Run]) -> dict[int, str]:
    baskets = Basket.objects.in_bulk([run.about["basket_id"] for run in runs])
    found = {run.pk: _why_over(baskets.get(run.about["basket_id"]), run) for run in runs}
    return {pk: reason for pk, reason in found.items() if reason}


def _why_over(basket: Basket | None, run: Run) -> str:
    if basket is None or basket.status != Basket.OPEN:
        return gettext_noop("The basket was ordered, or is not there any more.")
    if not basket.item_count:
        return gettext_noop("The basket was emptied.")
    # Who is filling it again has not left it.
    touched = basket.changed_at and basket.changed_at > run.entered_at
    return gettext_noop("The basket was changed meanwhile.") if touched else ""


def _basket_brings(run: Run) -> Brings:
    basket = Basket.objects.get(pk=run.about["basket_id"])
    lines = basket.lines.select_related("product").order_by("-price_incl_tax", "pk")[:MOST_PRODUCTS]
    ids = [line.product.parent_id or line.product_id for line in lines]
    return Brings(tuple(dict.fromkeys(ids)), recovery.link_to(basket))


def _order_token(run: Run) -> str:
    return str(Order.objects.values_list("token", flat=True).get(pk=run.about["order_id"]))


def _order_brings(run: Run) -> Brings:
    lines = Line.objects.filter(order=run.about["order_id"], product__isnull=False).select_related("product").order_by("pk")
    ids = [line.product.parent_id or line.product_id for line in lines[:MOST_PRODUCTS]]
    return Brings(tuple(dict.fromkeys(ids)), reverse("customer:anon-order", kwargs={"token": _order_token(run)}))


def _shelf_over(runs: Sequence[Run]) -> dict[int, str]:
    rows = StockRecord.objects.filter(product__in={run.about["product_id"] for run in runs})
    records: dict[int, StockRecord] = {}  # the first of each product
    for record in rows.select_related("product__product_class", "product__parent__product_class").order_by("pk"):
        records.setdefault(record.product_id, record)
    sold = {pk for pk, record in records.items() if _is_sold(record)}
    return {run.pk: SOLD_OUT for run in runs if (pk := run.about["product_id"]) in sold or pk not in records}


def _is_sold(record: StockRecord) -> bool:
    return record.price is None or not record.product.is_public or units_left(record) == 0


def _shelf_brings(run: Run) -> Brings:
    product = Product.objects.select_related("parent").get(pk=run.about["product_id"])
    head = product.parent if product.is_child else product
    address = head.get_absolute_url() + (f"?variant={product.pk}" if product.is_child else "")
    return Brings((head.pk,), address)


def of_request(request_id: int) -> str:
    """The cause of what follows from a wish to hear when something is back."""
    return f"request:{request_id}"


def _birthdays(automation: Automation, today: date) -> QuerySet[Customer]:
    """In other years those of 29 February have theirs on the 28th."""
    is_day = Q(birth_month=today.month, birth_day=today.day)
    if (today.month, today.day) == (2, 28) and not is_leap(today.year):
        is_day |= Q(birth_month=2, birth_day=29)
    return Customer.objects.known().filter(is_day)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _in_segment(automation: Automation, today: date) -> QuerySet[Customer]:
    if automation.segment is None:
        return Customer.objects.none()
    return segments.customers(automation.segment.rules)


BEGINNINGS: dict[str, Beginning] = {
    Trigger.SUBSCRIBED: Beginning(
        event=ConsentGiven,
        cause=lambda event: "subscribed" if event.topic == Consent.Topic.NEWS else "",
        is_once=True,
    ),
    Trigger.BASKET_LEFT: Beginning(
        event=BasketLeft,
        cause=lambda event: f"basket:{event.basket_id}",
        brings=_basket_brings,
        over=_basket_over,
    ),
    Trigger.ORDER_PAID: Beginning(event=OrderPaid, cause=lambda event: f"order:{event.order_id}", brings=_order_brings),
    Trigger.ORDER_DELIVERED: Beginning(
        event=OrderDelivered, cause=lambda event: f"order:{event.order_id}", brings=_order_brings
    ),
    Trigger.BACK_IN_STOCK: Beginning(
        event=ProductBackInStock,
        cause=lambda event: of_request(event.request_id),
        brings=_shelf_brings,
        over=_shelf_over,
    ),
    Trigger.POINTS_EXPIRING: Beginning(event=PointsExpiring, cause=lambda event: f"expiry:{event.expires_on}"),
    Trigger.TIER_REACHED: Beginning(event=TierReached, cause=lambda event: f"tier:{event.tier}"),
    Trigger.BIRTHDAY: Beginning(due=_birthdays),
    Trigger.SEGMENT: Beginning(due=_in_segment, is_once=True),
}


def of_event(event: Event) -> Iterable[str]:
    """The triggers that an event may pull."""
    return [trigger for trigger, beginning in BEGINNINGS.items() if beginning.event is type(event)]


def heard() -> list[type[Event]]:
    """Every event class that begins something, once each."""
    return list(dict.fromkeys(beginning.event for beginning in BEGINNINGS.values() if beginning.event))


def cause_of_day(automation: Automation, today: date) -> str:
    """Names the occasion of those whom `due` finds: a birthday once a year, a segment each day anew."""
    return f"birthday:{today.year}" if automation.trigger == Trigger.BIRTHDAY else f"day:{today.isoformat()}"
