"""The page of one product."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from shop.content import identity
from shop.forks.catalogue.models import Product
from shop.forks.reviews import opinions
from shop.search import cards
from shop.search.cards import Card
from shop.shipping import rates
from shop.shipping.rates import Option
from shop.storefront import countries, promoted, seen, together, wishlists
from shop.storefront.goods import Goods, load
from shop.storefront.shopping import ShopRequest
from shop.storefront.structured import as_json_ld

SHELF = 4
A_MOMENT = 300  # seconds


@dataclass(frozen=True)
class Neighbours:
    """Other products on the page."""

    together: list[Card]
    related: list[Card]
    looked_at: list[Card]


@require_safe
def detail(request: ShopRequest, product_slug: str, pk: str) -> HttpResponse:
    """`?variant=` chooses a variant; a variant's own address leads here. Asked by htmx: the part that changes with it."""
    goods = load(int(pk), _number(request.GET.get("variant", ""))) if len(pk) < 10 else None
    if goods is None:
        raise Http404
    head = goods.product
    if int(pk) != head.pk:
        return redirect(f"{address_of(head)}?variant={goods.present.product.pk}", permanent=True)
    if product_slug != head.slug:
        query = request.META.get("QUERY_STRING", "")
        return redirect(address_of(head) + (f"?{query}" if query else ""), permanent=True)
    context: dict[str, Any] = {
        "goods": goods,
        "product": head,
        "present": goods.present,
        "delivery": delivery_of(request, goods),
        "is_listed": head.pk in wishlists.product_ids(request),
        "badges": _badges_of(goods, request),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "storefront/product/_chosen.html", context)
    context |= _around(request, goods)
    response = render(request, "storefront/product/detail.html", context)
    seen.remember(request, response, head.pk)
    return response


def _badges_of(goods: Goods, request: ShopRequest) -> list[str]:
    present = goods.present.product
    reduced = [present.pk] if goods.present.compare_at else []
    return promoted.badges([present], request.user, reduced).get(present.pk, [])


def address_of(product: Product) -> str:
    return reverse("catalogue:detail", kwargs={"product_slug": product.slug, "pk": product.pk})


def delivery_of(request: ShopRequest, goods: Goods) -> Option | None:
    """The first way of delivery to the shopper's country for one of these; the answer is kept for a moment."""
    present = goods.present
    if present.price is None or not _is_shipped(goods.product):
        return None
    country = countries.remembered(request)
    weight = present.product.weight_g or goods.product.weight_g
    return _first_option(present.price, weight, country, timezone.localdate())


def _first_option(price: Decimal, weight: int, country: str, today: date) -> Option | None:
    key = f"delivery:{country}:{price}:{weight}:{today}:{get_language()}"
    known: tuple[Option | None] | None = cache.get(key)
    if known is None:
        known = (next(iter(rates.options_for(price, weight, country, today=today)), None),)
        cache.set(key, known, A_MOMENT)
    return known[0]


def _is_shipped(product: Product) -> bool:
    return bool(product.product_class is None or product.product_class.requires_shipping)


def _around(request: ShopRequest, goods: Goods) -> dict[str, Any]:
    """Everything beside the product itself: the way here, its neighbours, what buyers say."""
    head = goods.product
    trails = [identity.trail(category) for category in head.in_categories or []]
    trail = max(trails, key=len, default=[])
    reviews = opinions.of_product(head)
    summary = head.summary or Truncator(strip_tags(head.description)).chars(155)
    return {
        "trail": trail,
        "neighbours": _neighbours(request, goods),
        "reviews": reviews,
        "summary": head.meta_description or summary,
        "structured": as_json_ld(goods, reviews, settings.SHOP_URL + address_of(head), summary, trail),
    }


def _neighbours(request: ShopRequest, goods: Goods) -> Neighbours:
    """One query for all the cards on the page."""
    own = goods.product.pk
    bought = together.bought_with(own)
    related = [one for one in goods.product.recommended or [] if one not in bought]
    looked_at = [one for one in seen.recently(request) if one != own]
    wanted = list(dict.fromkeys([*bought, *related, *looked_at]))
    found = {card.product_id: card for card in cards.for_products(wanted, get_language() or "")} if wanted else {}

    def shelf(ids: list[int]) -> list[Card]:
        return [found[one] for one in ids if one in found][:SHELF]

    return Neighbours(shelf(bought), shelf(related), shelf(looked_at))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
