"""Points accounts and the journal: looked at, corrected through the ledger, never written by hand."""

import uuid
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets
from unfold.admin import ModelAdmin
from unfold.decorators import display

from loyalty import ledger, standing
from loyalty.admin import adjusting
from loyalty.models import Account, Entry, Lot
from shop import money
from shop.customers.models import User
from shop.desk import goodwill

ENTRIES = 100


class Books(ModelAdmin):  # type: ignore[misc]
    """Nobody writes into it by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


class CorrectionForm(forms.Form):
    """How many, up or down, and why. `cause` makes a double click one correction."""

    points = forms.IntegerField(
        label=_("points"),
        min_value=-1_000_000,
        max_value=1_000_000,
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
        help_text=_("With a minus they are taken: at most what the customer can spend."),
    )
    note = forms.CharField(
        label=_("why"),
        max_length=255,
        widget=widgets.UnfoldAdminTextInputWidget(),
        help_text=_("For colleagues: the customer does not read it."),
    )
    cause = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_points(self) -> int:
        points: int = self.cleaned_data["points"]
        if not points:
            raise forms.ValidationError(gettext("How many?"))
        return points


@admin.register(Account)
class AccountAdmin(Books):
    list_display = ["show_customer", "available", "show_worth", "pending", "tier", "show_spend", "expiring", "expires_on"]
    list_filter = ["tier"]
    list_select_related = ["customer", "tier"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["customer__email", "customer__first_name", "customer__last_name"]
    ordering = ["-available", "pk"]
    fields = [
        ("available", "pending", "held", "debt"),
        ("earned", "spent", "expired", "reversed"),
        ("tier", "show_spend", "opened_at"),
    ]
    readonly_fields = ["show_spend"]
    list_before_template = "loyalty/desk/accounts.html"
    change_form_outer_after_template = "loyalty/desk/account.html"

    @display(description=_("customer"), header=True, ordering="customer__email")
    def show_customer(self, account: Account) -> list[str]:
        return [str(account.customer), account.customer.email or ""]

    @display(description=_("worth"))
    def show_worth(self, account: Account) -> str:
        return standing.worth(account.available)

    @display(description=_("spent in 12 months"), ordering="spend")
    def show_spend(self, account: Account) -> str:
        return money.shown(account.spend)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("table/", wrap(adjusting.shown), name="loyalty_account_table"),
            path("<int:pk>/correct/", wrap(self.correct), name="loyalty_account_correct"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        account = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if account and self.has_view_permission(request, account):
            shown = {
                "account": account,
                "lots": Lot.objects.filter(account=account).select_related("entry").order_by("-pk")[:ENTRIES],
                "entries": _journal(account),
                "may_correct": _may_correct(request),
                "may_give": request.user.has_perm("loyalty.add_entry"),  # type: ignore[union-attr]
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})  # type: ignore[no-any-return]

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form on GET, the correction on POST."""
        if not _may_correct(request):
            raise PermissionDenied
        account = get_object_or_404(Account.objects.select_related("customer"), pk=pk)
        back = reverse("admin:loyalty_account_change", args=[pk])
        form = CorrectionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and _corrected(request, account, form):
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Correct the points of %(customer)s") % {"customer": account.customer},
            "account": account,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "loyalty/desk/correct.html", context)


def _may_correct(request: HttpRequest) -> bool:
    return request.user.has_perm("loyalty.change_account")  # type: ignore[union-attr]


def _corrected(request: HttpRequest, account: Account, form: CorrectionForm) -> bool:
    typed, staff = form.cleaned_data, cast("User", request.user)
    if goodwill.is_own(account.customer, staff):
        form.add_error(None, gettext("Nobody can give something to themselves."))
        return False
    try:
        ledger.adjust(account.customer, typed["points"], by=staff, note=typed["note"], cause=f"correction:{typed['cause']}")
    except ledger.NotEnoughPoints as error:
        form.add_error("points", gettext("The customer has %(left)s.") % {"left": error.left})
        return False
    messages.success(request, gettext("Corrected, and written down."))
    return True


def _journal(account: Account) -> QuerySet[Entry]:
    entries = Entry.objects.filter(account=account).select_related("order", "rule", "by").prefetch_related("postings")
    return entries.order_by("-happened_at", "-pk")[:ENTRIES]


@admin.register(Entry)
class EntryAdmin(Books):
    list_display = ["happened_at", "show_customer", "kind", "reason", "points", "order", "by", "note"]
    list_filter = ["kind", "reason", ("happened_at", admin.DateFieldListFilter)]
    list_select_related = ["account__customer", "order", "by"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["account__customer__email", "order__number", "cause"]
    date_hierarchy = "happened_at"
    ordering = ["-happened_at", "-pk"]
    fields = [
        "happened_at",
        "account",
        "kind",
        "reason",
        "points",
        "forgiven",
        "order",
        "rule",
        "undoes",
        "by",
        "note",
        "cause",
    ]

    @display(description=_("customer"), ordering="account__customer__email")
    def show_customer(self, entry: Entry) -> str:
        return str(entry.account)
