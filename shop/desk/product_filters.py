"""By what the list of products is narrowed down."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.desk import tree
from shop.forks.catalogue.models import Category, Product, ProductCategory
from shop.forks.partner.models import StockRecord

LOW = 5  # units free


def free_units() -> Any:
    """Units in stock that no order holds."""
    return F("num_in_stock") - Coalesce(F("num_allocated"), 0)


def with_record(products: QuerySet[Product], **conditions: Any) -> QuerySet[Product]:
    """Products that have such a stock record, themselves or one of their variants."""
    records = StockRecord.objects.annotate(free=free_units()).filter(**conditions)
    own = Q(product=OuterRef("pk")) | Q(product__parent=OuterRef("pk"))
    return products.filter(Exists(records.filter(own)))


class CategoryFilter(admin.SimpleListFilter):
    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return tree.choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if not (self.value() or "").isdecimal():
            return queryset
        chosen = Category.objects.filter(pk=int(self.value() or 0)).first()
        if chosen is None:
            return queryset.none()
        inside = ProductCategory.objects.filter(category__path__startswith=chosen.path, product=OuterRef("pk"))
        return queryset.filter(Exists(inside))


class StockFilter(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("out", _("sold out")), ("low", _("few left")), ("reserved", _("reserved by orders"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        conditions: dict[str | None, dict[str, Any]] = {
            "out": {"free__lte": 0},
            "low": {"free__gt": 0, "free__lte": LOW},
            "reserved": {"num_allocated__gt": 0},
        }
        chosen = conditions.get(self.value())
        return with_record(queryset, **chosen) if chosen else queryset


class ReducedFilter(admin.SimpleListFilter):
    title = _("price")
    parameter_name = "price"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("reduced", _("reduced")), ("no_cost", _("cost unknown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() == "reduced":
            return with_record(queryset, compare_at_price__gt=F("price"))
        return with_record(queryset, cost_price=None) if self.value() == "no_cost" else queryset
