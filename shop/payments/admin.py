from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from shop import languages
from shop.orders.models import PaymentMethod
from shop.payments.models import PaymentAttempt, Refund, WebhookEvent


class PaymentMethodForm(languages.TextsForm):
    class Meta:
        model = PaymentMethod
        fields = ["is_on", "code", "countries", "min_total", "max_total", "surcharge", "position"]
        widgets = {"countries": UnfoldAdminTextInputWidget}


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ModelAdmin):
    form = PaymentMethodForm
    fieldsets = [
        *languages.tabs("name", "description", "instructions"),
        (None, {"fields": ["is_on", "code", "countries", ("min_total", "max_total"), ("surcharge", "position")]}),
    ]
    list_display = ("code", "name", "surcharge", "is_on", "position")
    list_editable = ("is_on", "position")


class ReadOnly(ModelAdmin):
    """Books: looked at, never written by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnly):
    list_display = ("order", "provider", "amount", "currency", "state", "refunded", "created_at")
    list_filter = ("state", "provider")
    search_fields = ("order__number", "reference", "charge", "key")
    list_select_related = ("order",)
    date_hierarchy = "created_at"


@admin.register(Refund)
class RefundAdmin(ReadOnly):
    list_display = ("order", "amount", "state", "reason", "by", "created_at")
    list_filter = ("state",)
    search_fields = ("order__number", "reference", "key")
    list_select_related = ("order", "by", "attempt")


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnly):
    list_display = ("provider", "kind", "event_id", "received_at", "applied_at")
    list_filter = ("provider", "kind")
    search_fields = ("event_id", "reference")
