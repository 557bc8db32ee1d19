"""The log in the admin: to read, and to try failed deliveries again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from shop.events import delivery, registry
from shop.events.models import Delivery, Event


class ReadOnly:
    """Rows that nobody writes by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KindFilter(admin.SimpleListFilter):
    """The kinds of the catalogue; asking the log which it holds would read all of it."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, gettext(event_class.label)) for kind, event_class in sorted(registry.event_classes().items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class DeliveriesOfEvent(ReadOnly, TabularInline):
    model = Delivery
    fields = ["handler", "state", "attempts", "due_at", "done_at", "error"]
    extra = 0


@admin.register(Event)
class EventAdmin(ReadOnly, ModelAdmin):
    list_display = ["kind", "customer", "data", "happened_at"]
    list_filter = [KindFilter]
    list_select_related = ["customer"]
    search_fields = ["=customer__email", "=kind"]
    search_help_text = _("The whole e-mail address of a customer, or a kind.")
    ordering = ["-pk"]
    show_full_result_count = False
    list_per_page = 50
    inlines = [DeliveriesOfEvent]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, ModelAdmin):
    list_display = ["handler", "show_event", "show_state", "attempts", "due_at", "error"]
    list_filter = ["state"]
    list_select_related = ["event"]
    search_fields = ["handler"]
    ordering = ["-pk"]
    show_full_result_count = False
    list_per_page = 50
    actions = ["try_again"]

    @display(description=_("event"))
    def show_event(self, obj: Delivery) -> str:
        return str(obj.event)

    @display(description=_("state"), label={"waiting": "info", "done": "success", "failed": "danger"})
    def show_state(self, obj: Delivery) -> tuple[str, str]:
        return obj.state, obj.get_state_display()

    @action(description=_("Try again"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        count = delivery.try_again(deliveries)
        message = ngettext("%d delivery will be tried again.", "%d deliveries will be tried again.", count) % count
        self.message_user(request, message, messages.SUCCESS if count else messages.WARNING)

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_delivery")  # type: ignore[union-attr]
