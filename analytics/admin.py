"""Where the pages of analytics stand in the admin, and plain lists of spend and restated days."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics import buyer_views, views, visit_views
from analytics.models import (
    Cohort,
    Day,
    Forecasting,
    OrderSource,
    Portrait,
    ProductSale,
    Restatement,
    Spend,
    Traffic,
    Turnover,
)
from shop import money


class OnlySeen(ModelAdmin):
    """Rows that nobody writes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def seen(self, view: Any) -> Any:
        """A page of ours for those who may see the figures."""

        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if refused := views.only_get(request):
                return refused
            if not self.has_view_permission(request):
                raise PermissionDenied
            answer: HttpResponseBase = view(self, request, *args, **kwargs)
            return answer

        return self.admin_site.admin_view(wrapped)


@admin.register(Day)
class RetentionAdmin(OnlySeen):
    """The home of analytics, and the pages behind each figure."""

    def get_urls(self) -> list[Any]:
        own = [
            path("figure/<slug:key>/", self.seen(views.figure), name="insights_day_figure"),
            path("rows/<slug:key>/", self.seen(views.rows), name="insights_day_rows"),
            path("rows/<slug:key>/csv/", self.seen(views.download), name="insights_day_download"),
            path("definitions/", self.seen(views.definitions), name="insights_day_definitions"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, views.home)


@admin.register(Cohort)
class CohortAdmin(OnlySeen):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, views.cohort_table)


@admin.register(Turnover)
class ChannelAdmin(OnlySeen):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, views.channel_table)


@admin.register(ProductSale)
class ProductAdmin(OnlySeen):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, views.product_table)


@admin.register(Traffic)
class VisitsAdmin(OnlySeen):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, visit_views.funnel_page)


@admin.register(OrderSource)
class WaysAdmin(OnlySeen):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, visit_views.ways)


@admin.register(Portrait)
class BuyersAdmin(OnlySeen):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, buyer_views.kinds)


@admin.register(Forecasting)
class ForecastAdmin(OnlySeen):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _page_of(self, request, buyer_views.forecast)


def _page_of(model_admin: ModelAdmin, request: HttpRequest, view: Any) -> HttpResponseBase:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    answer: HttpResponseBase = view(model_admin, request)
    return answer


@admin.register(Spend)
class SpendAdmin(ModelAdmin):
    list_display = ["day", "show_channel", "campaign", "show_amount", "by", "changed_at"]
    list_filter = ["channel"]
    list_select_related = ["by"]
    date_hierarchy = "day"
    search_fields = ["campaign"]
    fields = ["day", "channel", "campaign", "amount"]
    show_full_result_count = False

    @admin.display(description=_("channel"), ordering="channel")
    def show_channel(self, spend: Spend) -> str:
        return str(spend.get_channel_display())

    @admin.display(description=_("amount"), ordering="amount")
    def show_amount(self, spend: Spend) -> str:
        return money.shown(spend.amount)

    def save_model(self, request: HttpRequest, obj: Spend, form: Any, change: bool) -> None:
        obj.by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = path("import/", wrap(lambda request: views.spend_import(self, request)), name="insights_spend_import")
        return [own, *super().get_urls()]


@admin.register(Restatement)
class RestatementAdmin(OnlySeen):
    list_display = ["day", "noticed_at", "orders_before", "orders_after", "show_before", "show_after"]
    list_display_links = None
    date_hierarchy = "day"
    show_full_result_count = False

    @admin.display(description=_("net revenue before"), ordering="net_before")
    def show_before(self, row: Restatement) -> str:
        return money.shown(row.net_before)

    @admin.display(description=_("net revenue after"), ordering="net_after")
    def show_after(self, row: Restatement) -> str:
        return money.shown(row.net_after)
