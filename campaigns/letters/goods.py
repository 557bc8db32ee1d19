"""Products for letters: chosen by hand, by a rule that is the same for everybody, or for each person."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shop.customers.models import Customer
from shop.forks.order.models import Line
from shop.orders import statuses
from shop.search import cards
from shop.search.cards import Card
from shop.search.listing import find
from shop.search.query import Query
from shop.storefront import together

BY_HAND, NEW, BEST, REDUCED, CATEGORY = "by_hand", "new", "best_sellers", "reduced", "category"
LAST_ORDER, RECOMMENDED, CAUSE = "last_order", "recommended", "cause"
RULES = {
    BY_HAND: _("Chosen by hand"),
    NEW: _("New"),
    BEST: _("Best sellers"),
    REDUCED: _("Reduced"),
    CATEGORY: _("Of a category"),
    LAST_ORDER: _("From the person's last order"),
    RECOMMENDED: _("Recommended to the person"),
    CAUSE: _("What an automation is about"),
}
PERSONAL = {LAST_ORDER, RECOMMENDED, CAUSE}
LOOKED_BACK = 3  # orders from which recommendations are made
_SHARED: dict[str, Callable[[int, str], list[Card]]] = {
    NEW: cards.newest,
    BEST: cards.best_sellers,
    REDUCED: cards.reduced,
}


def shared(rule: str, count: int, language: str, ids: Sequence[int] = (), category: int | None = None) -> list[Card]:
    """Cards that are the same for everybody. What is sold out is left out."""
    if rule in _SHARED:
        return _SHARED[rule](count, language)
    if rule == CATEGORY:
        found = find(Query(category=category, in_stock=True), language).cards if category else []
        return list(found)[:count]
    return [card for card in cards.for_products(ids, language) if card.availability != "out"][:count]


def personal(rule: str, count: int, customers: Sequence[Customer]) -> dict[int, list[int]]:
    """Product ids for each customer, by customer id, in a number of queries that does not grow with them."""
    orders = _orders_of(customers, 1 if rule == LAST_ORDER else LOOKED_BACK)
    if rule == LAST_ORDER:
        return {pk: bought[:count] for pk, bought in orders.items()}
    return {pk: _recommended(bought, count) for pk, bought in orders.items()}


def _orders_of(customers: Sequence[Customer], latest: int) -> dict[int, list[int]]:
    """Whole products of the latest orders of each, the newest order first."""
    lines = (
        Line.objects.filter(order__customer__in=[one.pk for one in customers], product__isnull=False)
        .exclude(order__status__in=[statuses.CANCELLED, statuses.REFUNDED])
        .annotate(whole=Coalesce("product__parent_id", F("product_id")))
        .order_by("order__customer_id", "-order__date_placed", "-order_id", "pk")
        .values_list("order__customer_id", "order_id", "whole")
    )
    seen: dict[int, list[int]] = defaultdict(list)
    found: dict[int, list[int]] = defaultdict(list)
    for customer_id, order_id, product_id in lines:
        if order_id not in seen[customer_id]:
            seen[customer_id].append(order_id)
        if len(seen[customer_id]) <= latest and product_id not in found[customer_id]:
            found[customer_id].append(product_id)
    return found


def _recommended(bought: Iterable[int], count: int) -> list[int]:
    """What others bought with it and this person did not: what goes with most of it first."""
    own = list(bought)
    counted = Counter(other for product in own for other in together.bought_with(product) if other not in own)
    return [product for product, _times in counted.most_common(count)]
