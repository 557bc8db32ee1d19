from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from shop import languages, money
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
    list_display = ("code", "name", "show_surcharge", "is_on", "position")
    list_editable = ("is_on", "position")

    @display(description=_("surcharge"))
    def show_surcharge(self, method: PaymentMethod) -> str:
        return money.shown(method.surcharge) if method.surcharge else "–"


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
    list_display = ("order", "provider", "show_amount", "show_state", "show_refunded", "created_at")
    list_filter = ("state", "provider")
    search_fields = ("order__number", "reference", "charge", "key")
    list_select_related = ("order",)
    date_hierarchy = "created_at"

    @display(description=_("amount"), ordering="amount")
    def show_amount(self, attempt: PaymentAttempt) -> str:
        return money.shown(attempt.amount, attempt.currency)

    @display(description=_("given back"), ordering="refunded")
    def show_refunded(self, attempt: PaymentAttempt) -> str:
        return money.shown(attempt.refunded, attempt.currency) if attempt.refunded else "–"

    @display(
        description=_("state"),
        label={"captured": "success", "declined": "danger", "surplus": "danger", "waiting": "warning", "pending": "info"},
    )
    def show_state(self, attempt: PaymentAttempt) -> tuple[str, str]:
        return attempt.state, attempt.get_state_display()


@admin.register(Refund)
class RefundAdmin(ReadOnly):
    list_display = ("order", "show_amount", "show_state", "reason", "by", "created_at")
    list_filter = ("state",)
    search_fields = ("order__number", "reference", "key")
    list_select_related = ("order", "by", "attempt")

    @display(description=_("amount"), ordering="amount")
    def show_amount(self, refund: Refund) -> str:
        return money.shown(refund.amount, refund.attempt.currency)

    @display(description=_("state"), label={"done": "success", "failed": "danger", "pending": "warning"})
    def show_state(self, refund: Refund) -> tuple[str, str]:
        return refund.state, refund.get_state_display()


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnly):
    list_display = ("provider", "kind", "event_id", "received_at", "applied_at")
    list_filter = ("provider", "kind")
    search_fields = ("event_id", "reference")
