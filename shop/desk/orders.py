"""Orders in the admin: the list, and one page for each. Nobody edits an order's rows; its page offers what can be done."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from shop import money
from shop.desk import finding, order_page
from shop.forks.order.models import Order
from shop.orders import statuses
from shop.orders.models import PaymentMethod

COLOURS = {
    statuses.PENDING_PAYMENT: "warning",
    statuses.AWAITING_TRANSFER: "warning",
    statuses.ON_DELIVERY: "info",
    statuses.PAID: "primary",
    statuses.PARTLY_SHIPPED: "info",
    statuses.SHIPPED: "info",
    statuses.DELIVERED: "success",
    statuses.CANCELLED: "danger",
    statuses.REFUNDED: "danger",
}


SEARCHED = ("guest_email", "user__email", "customer__email", "shipping_address__first_name", "shipping_address__last_name")


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("to_ship", _("To ship")), *statuses.NAMES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() == "to_ship":
            return queryset.filter(status__in=statuses.TO_SHIP)
        return queryset.filter(status=self.value()) if self.value() in statuses.NAMES else queryset


class PaidFilter(admin.SimpleListFilter):
    title = _("payment")
    parameter_name = "paid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("paid")), ("no", _("not paid")), *PaymentMethod.Code.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() in ("yes", "no"):
            return queryset.filter(paid_at__isnull=self.value() == "no")
        return queryset.filter(payment_code=self.value()) if self.value() else queryset


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    list_display = ["number", "show_customer", "date_placed", "show_status", "show_paid", "show_total", "show_country"]
    list_filter = [StatusFilter, PaidFilter, ("date_placed", admin.DateFieldListFilter)]
    list_select_related = ["customer", "shipping_address__country", "user"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["number"]
    search_help_text = _("Number, e-mail address or name")
    date_hierarchy = "date_placed"
    ordering = ["-date_placed", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # orders come from baskets

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False  # they are cancelled or refunded, and stay in the books

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Order], search_term: str) -> Any:
        for word in search_term.split():
            queryset = queryset.filter(Q(number__istartswith=word) | finding.anywhere(word, SEARCHED))
        return queryset, False

    @display(description=_("customer"), header=True)
    def show_customer(self, order: Order) -> list[str]:
        address = order.shipping_address
        name = f"{address.first_name} {address.last_name}".strip() if address else ""
        return [name or str(order.customer or ""), order.email]

    @display(description=_("status"), label=COLOURS, ordering="status")
    def show_status(self, order: Order) -> tuple[str, Any]:
        return order.status, statuses.NAMES.get(order.status, order.status)

    @display(description=_("paid"), ordering="paid_at")
    def show_paid(self, order: Order) -> str:
        return formats.date_format(timezone.localtime(order.paid_at), "SHORT_DATE_FORMAT") if order.paid_at else "–"

    @display(description=_("total"), ordering="total_incl_tax")
    def show_total(self, order: Order) -> str:
        return money.shown(order.total_incl_tax, order.currency)

    @display(description=_("country"))
    def show_country(self, order: Order) -> str:
        address = order.shipping_address
        return str(address.country_id) if address else settings.SHOP_COUNTRY

    # The page

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        act = path("<int:pk>/do/<slug:name>/", wrap(self.act), name="order_order_act")
        return [act, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return order_page.show(self, request, object_id)

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return order_page.act(self, request, pk, name)
