"""Rows of what was sold, and first orders by what was in them."""

from datetime import timedelta
from typing import Any

from django.db.models import DecimalField, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from analytics import products
from analytics.models import Sale
from analytics.periods import Period
from analytics.sums import Slice
from shop.forks.order.models import Line
from shop.forks.partner.models import StockRecord
from shop.payments.models import Refund, RefundLine

MONEY = DecimalField(max_digits=20, decimal_places=6)


def lines(period: Period, part: Slice) -> "QuerySet[Line]":
    """What was sold in the period, with what each line brought; lines of goods that are gone belong to no product."""
    sold = Line.objects.filter(
        order__analytics_sale__day__range=(period.first, period.last), order__analytics_sale__currency=part.currency
    )
    given_back = RefundLine.objects.filter(line=OuterRef("pk"), refund__state=Refund.State.DONE).order_by().values("line")
    cost = StockRecord.objects.filter(product=OuterRef("product")).order_by().values("product").annotate(most=Max("cost_price"))
    paid, back = (
        F("line_price_incl_tax"),
        Coalesce(Subquery(given_back.annotate(all=Sum("amount")).values("all")), Value(0), output_field=MONEY),
    )
    kept = Value(1) - Coalesce(F("given_back") / NullIf(paid, Value(0), output_field=MONEY), Value(0), output_field=MONEY)
    found: QuerySet[Line] = (
        sold.filter(_of(part))
        .annotate(given_back=back, cost=Subquery(cost.values("most")))
        .annotate(
            net=ExpressionWrapper(paid - F("given_back"), output_field=MONEY),
            margin=ExpressionWrapper(
                F("line_price_excl_tax") * kept - (F("quantity") - F("quantity_refunded")) * F("cost"), output_field=MONEY
            ),
        )
    )
    return found


def first_with(period: Period, part: Slice) -> "QuerySet[Sale]":
    """First orders of the watched year that held the product."""
    span = products.watched(min(period.last, timezone.localdate()))
    first = Sale.objects.filter(nth=1, day__range=(span.first, span.last))
    return first.filter(Exists(Line.objects.filter(_of(part), order=OuterRef("order")))) if _asks(part) else first


def again_with(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Those of them that were followed by a second in time."""
    within = ExpressionWrapper(F("day") + timedelta(days=products.SECOND), output_field=products.DATE)
    return first_with(period, part).filter(next_on__lte=within)


def _asks(part: Slice) -> bool:
    return bool(part.narrow.product or part.narrow.category)


def _of(part: Slice) -> Q:
    """Lines of a product and its variants, or of the products of a category; without either of all that are products still."""
    wanted: Any = Q(product__isnull=False)
    if part.narrow.product:
        return Q(product=part.narrow.product) | Q(product__parent=part.narrow.product)
    if part.narrow.category:
        ids = products.ids_in(part.narrow.category)
        return Q(product__in=ids) | Q(product__parent__in=ids)
    return Q(wanted)
