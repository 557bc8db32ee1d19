"""`{% load loyalty %}`: points on pages of the shop. Every tag gives nothing while the programme is off."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone

from loyalty import arriving, earning, friends, programme, purchases, standing
from loyalty.models import Account, Entry, Promise, Rule
from shop.customers import identity
from shop.customers.models import Customer
from shop.forks.order.models import Order
from shop.orders.quotes import Quote
from shop.pricing import tax

register = template.Library()


@dataclass(frozen=True)
class OrderPoints:
    """What an order earns: `available_on` once that is known; `is_available` when they can be spent."""

    points: int
    is_paid: bool
    is_available: bool
    available_on: date | None


@register.simple_tag
def points_are_on() -> bool:
    """`{% points_are_on as on %}`: whether the shop has a programme."""
    return programme.current().is_on


@register.simple_tag
def friends_are_rewarded() -> bool:
    """`{% friends_are_rewarded as friends %}`: whether the code of a friend can be typed."""
    return friends.are_rewarded()


@register.simple_tag(takes_context=True)
def came_by_a_friend(context: template.Context) -> bool:
    """`{% came_by_a_friend as by_friend %}`: whether this browser has brought a friend's code that counts."""
    found = friends.answer(context["request"], arriving.code()) if arriving.code() and "request" in context else None
    return found is not None and not found.error


@register.simple_tag(takes_context=True)
def points_for_product(context: template.Context, variant: Any) -> int:
    """`{% points_for_product present as points %}`: what one of it earns whoever is looking. No query for strangers."""
    if not programme.current().is_on or variant.price is None:
        return 0
    return earning.for_items([_item(variant)], _member(context)).points


@register.simple_tag(takes_context=True)
def points_for_basket(context: template.Context, quote: Quote | None) -> int:
    """`{% points_for_basket quote as points %}`: what the basket will earn, as its order will book it."""
    if quote is None or not programme.current().is_on:
        return 0
    return earning.for_quote(quote, _member(context)).points


@register.simple_tag
def points_for_order(order: Order) -> OrderPoints | None:
    """`{% points_for_order order as earned %}`: what was promised with the order and still stands; None for nothing."""
    if not programme.current().is_on:
        return None
    promised = Promise.objects.filter(order=order).first()
    points = purchases.still_earned(order, promised) if promised and promised.points else 0
    if not points:
        return None
    booked = Entry.objects.select_related("lot").filter(kind=Entry.Kind.EARN, cause=purchases.cause_of(order)).first()
    if booked is None:
        return OrderPoints(points, bool(order.paid_at), False, None)
    lot = booked.lot
    return OrderPoints(points, True, not lot.pending, timezone.localdate(lot.available_at))


@register.simple_tag
def points_of(customer: Customer) -> Account | None:
    """`{% points_of customer as account %}`: what somebody has, for pages that are theirs; None without a programme."""
    if not programme.current().is_on:
        return None
    return Account.objects.select_related("tier").filter(customer=customer).first() or Account(customer=customer)


@register.filter
def worth(points: int) -> str:
    """`{{ points|worth }}`: what they pay for."""
    return standing.worth(points)


def _member(context: template.Context) -> Customer | None:
    request = context.get("request")
    return identity.proven(request) if request is not None and request.user.is_authenticated else None


def _item(variant: Any) -> earning.Item:
    """The price as the page shows it is the price with tax, unless the shop adds tax, or counts without it."""
    price: Decimal = variant.price
    bases = {rule.base for rule in programme.rules() if rule.kind == Rule.Kind.PURCHASE}
    if bases <= {Rule.Base.WITH_TAX}:
        return earning.Item(variant.product.pk, variant.product, price, price)
    taxes = tax.taxes_of(settings.SHOP_COUNTRY)
    kind = variant.product.get_product_class().pk
    with_tax, without = taxes.with_and_without(price, variant.currency or settings.OSCAR_DEFAULT_CURRENCY, kind)
    return earning.Item(variant.product.pk, variant.product, with_tax, without)
