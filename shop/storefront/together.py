"""What is bought together with a product, from the orders of the last year."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from shop.forks.order.models import Line

KEPT = 3600  # seconds
PERIOD = timedelta(days=365)
AT_LEAST = 2  # one order is no habit
ORDERS_LOOKED_AT = 2000


def bought_with(product_id: int, n: int = 8) -> list[int]:
    """Ids of up to `n` products (never variants) most often in one order with this one. One query an hour."""
    key = f"together:{product_id}:{n}"
    known: list[int] | None = cache.get(key)
    if known is None:
        known = _count(product_id, n)
        cache.set(key, known, KEPT)
    return known


def _count(product_id: int, n: int) -> list[int]:
    family = Q(product_id=product_id) | Q(product__parent_id=product_id)
    orders = (
        Line.objects.filter(family, order__date_placed__gte=timezone.now() - PERIOD).order_by("-order_id").values("order_id")
    )
    found = (
        Line.objects.filter(order_id__in=orders[:ORDERS_LOOKED_AT], product__isnull=False)
        .exclude(family)
        .annotate(whole=Coalesce("product__parent_id", F("product_id")))
        .values("whole")
        .annotate(orders=Count("order_id", distinct=True))
        .filter(orders__gte=AT_LEAST)
        .order_by("-orders", "whole")
    )
    return [row["whole"] for row in found[:n]]
