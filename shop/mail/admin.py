"""Messages and suppressed addresses in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminEmailInputWidget

from shop.customers.models import Customer, normalised
from shop.events.admin import ReadOnly
from shop.mail import sheets, suppression
from shop.mail.models import Decision, Message, ProviderEvent, Suppression

_COLOURS = {
    "queued": "info",
    "sending": "info",
    "sent": "success",
    "delivered": "success",
    "uncertain": "warning",
    "bounced": "danger",
    "failed": "danger",
    "withheld": "warning",
    "held": "warning",
}


class ProviderEventsOfMessage(ReadOnly, TabularInline):
    model = ProviderEvent
    fields = readonly_fields = ["provider", "kind", "data", "received_at"]
    extra = 0


class DecisionsOfMessage(ReadOnly, TabularInline):
    model = Decision
    fields = readonly_fields = ["decided_at", "outcome", "show_reason", "until"]
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("mail.view_message")  # type: ignore[union-attr]

    @display(description=_("why"))
    def show_reason(self, obj: Decision) -> str:
        return gettext(obj.reason) if obj.reason else "–"


@admin.register(Message)
class MessageAdmin(ReadOnly, ModelAdmin):
    list_display = ["show_message", "kind", "topic", "show_state", "created_at"]
    list_filter = ["state", "topic"]
    search_fields = ["=to_address", "=kind", "=key"]
    search_help_text = _("The whole e-mail address, kind or cause.")
    ordering = ["-pk"]
    show_full_result_count = False
    list_per_page = 50
    actions = ["send_again"]
    inlines = [DecisionsOfMessage, ProviderEventsOfMessage]
    readonly_fields = ["show_text", "why"]
    fieldsets = [
        (None, {"fields": ["subject", "to_address", "customer", "kind", "key", "topic", "language", "show_text"]}),
        (
            _("How it went"),
            {"fields": ["state", "why", "attempts", "due_at", "sent_at", "provider_id", "created_at", "headers"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Mails about orders and conversations say what people buy and write: for staff who may see orders."""
        rows: Any = super().get_queryset(request)
        return rows if self._sees_all(request) else rows.marketing()  # type: ignore[no-any-return]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Message | None:
        found: Message | None = super().get_object(request, object_id, from_field)
        is_number = object_id.isdecimal() and len(object_id) < 19
        if found is None and is_number and Message.objects.filter(pk=object_id).exists():
            raise PermissionDenied  # not "it does not exist"
        return found

    @staticmethod
    def _sees_all(request: HttpRequest) -> bool:
        return request.user.has_perm("order.view_order")  # type: ignore[union-attr]

    @display(description=_("reason"))
    def why(self, obj: Message) -> str:
        return gettext(obj.reason) if obj.reason else "–"

    @display(description=_("message"), header=True)
    def show_message(self, obj: Message) -> list[str]:
        return [obj.subject or obj.kind, obj.to_address]

    @display(description=_("state"), label=_COLOURS)
    def show_state(self, obj: Message) -> tuple[str, str]:
        return obj.state, obj.get_state_display()

    @display(description=_("text"))
    def show_text(self, obj: Message) -> Any:
        return (
            _("This message carries a key to an account; its text is not shown.") if obj.is_secret else sheets.filled(obj).text
        )

    @action(description=_("Send again"), permissions=["send_again"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        """Only what an order or account needs: marketing in doubt stays in doubt, for it must never leave twice."""
        failed = [Message.State.FAILED, Message.State.BOUNCED]
        count = (
            chosen.needed().filter(state__in=failed, is_secret=False).exclude(to_address="")  # type: ignore[attr-defined]
        ).update(state=Message.State.QUEUED, attempts=0, due_at=timezone.now(), reason="")
        message = ngettext("%d message will be sent again.", "%d messages will be sent again.", count) % count
        self.message_user(request, message, messages.SUCCESS if count else messages.WARNING)

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.change_message")  # type: ignore[union-attr]


class BlockForm(forms.ModelForm):  # type: ignore[type-arg]
    """Staff type an address; the list keeps its fingerprint."""

    address = forms.EmailField(label=_("e-mail address"), widget=UnfoldAdminEmailInputWidget())

    class Meta:
        model = Suppression
        fields: list[str] = []


@admin.register(Suppression)
class SuppressionAdmin(ModelAdmin):
    """Blocked mailboxes. Adding blocks one, deleting a row lets marketing through again if the person agrees to it."""

    list_display = ["show_hash", "reason", "happened_at"]
    list_filter = ["reason"]
    search_fields = ["address_hash"]
    search_help_text = _("An e-mail address; the list keeps only its fingerprint.")
    ordering = ["-pk"]
    show_full_result_count = False
    form = BlockForm

    @display(description=_("fingerprint"))
    def show_hash(self, obj: Suppression) -> str:
        return str(obj)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        if "@" in search_term:
            return queryset.filter(address_hash__in=suppression.hashes_of(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: Suppression, form: BlockForm, change: bool) -> None:
        address = normalised(form.cleaned_data["address"])
        customer = Customer.objects.known().filter(email=address).first()
        obj.pk = suppression.suppress(address, Suppression.Reason.STAFF, customer).pk

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        """Who asked to be forgotten stays forgotten: only they themselves can ask for mail again."""
        may: bool = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.reason != Suppression.Reason.ERASED)
