"""Customers in the admin; accounts and roles are the desk's (shop/desk/staff.py)."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from shop.customers import consent, facts, panels, privacy, timeline
from shop.customers.models import Customer


class AccountFilter(admin.SimpleListFilter):
    title = _("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("has an account")), ("no", _("guest or subscriber")), ("erased", _("erased"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        if self.value() == "erased":
            return queryset.filter(erased_at__isnull=False)
        return queryset.filter(user__isnull=self.value() == "no", erased_at=None) if self.value() else queryset


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(Customer)
class CustomerAdmin(ModelAdmin):
    """One page for a person: who they are, what they agreed to, what each app shows of them, all that happened."""

    list_display = ["show_person", "show_account", "language", "country", "email_confirmed_at", "created_at"]
    list_filter = [AccountFilter, LanguageFilter]
    search_fields = ["email", "first_name", "last_name", "phone"]
    search_help_text = _("E-mail address, name or phone")
    ordering = ["-pk"]
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ["email", "email_confirmed_at", "user", "created_at", "birthday_changed_at"]
    fieldsets = [
        (None, {"fields": ["email", ("first_name", "last_name"), ("phone", "language", "country")]}),
        (None, {"fields": [("user", "email_confirmed_at", "created_at")]}),
        (_("Birthday"), {"fields": [("birth_day", "birth_month"), "birthday_changed_at"], "classes": ["collapse"]}),
    ]
    change_form_outer_before_template = "admin/customers/customer/head.html"
    change_form_outer_after_template = "admin/customers/customer/history.html"

    @display(description=_("customer"), header=True)
    def show_person(self, customer: Customer) -> list[str]:
        return [customer.name or customer.email or str(customer), (customer.email or "") if customer.name else ""]

    @display(description=_("account"), boolean=True)
    def show_account(self, customer: Customer) -> bool:
        return customer.user_id is not None

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "language":
            languages = [("", "–"), *settings.LANGUAGES]
            return forms.ChoiceField(label=_("language"), choices=languages, required=False, widget=UnfoldAdminSelectWidget())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people come by ordering, subscribing or opening an account

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and (obj is None or obj.erased_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False  # people are erased, and their orders stay

    def may_erase(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.delete_customer")  # type: ignore[union-attr]

    def may_export(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.change_customer")  # type: ignore[union-attr]

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/export/", wrap(require_safe(self.export)), name="customers_customer_export"),
            path("<int:pk>/erase/", wrap(require_http_methods(["GET", "POST"])(self.erase)), name="customers_customer_erase"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        customer = self.get_object(request, object_id)
        shown = self._shown(request, customer) if customer and self.has_view_permission(request, customer) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """Only what was changed, and only of somebody who has not been erased since the form was read."""
        changed = {name: getattr(obj, name) for name in form.changed_data}
        if changed:
            Customer.objects.known().filter(pk=obj.pk).update(**changed)

    def export(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything the shop holds about the person, to hand over to them."""
        if not self.may_export(request):
            raise PermissionDenied
        customer = get_object_or_404(Customer, pk=pk)
        self.log_change(request, customer, [{"changed": {"name": "export", "object": "", "fields": []}}])
        answer = HttpResponse(privacy.export_json(customer), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="customer-{customer.pk}.json"'
        return answer

    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what will happen on GET, do it on POST."""
        if not self.may_erase(request):
            raise PermissionDenied
        customer = get_object_or_404(Customer.objects.known(), pk=pk)
        page = reverse("admin:customers_customer_change", args=[pk])
        if request.method == "POST":
            try:
                privacy.erase(customer)
            except privacy.CannotErase as error:
                messages.error(request, str(error))
            else:
                customer.refresh_from_db()
                self.log_change(request, customer, [{"changed": {"name": "erase", "object": "", "fields": []}}])
                messages.success(request, gettext("The customer was erased."))
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Erase this customer?"),
            "customer": customer,
            "page": page,
        }
        return render(request, "admin/customers/customer/erase.html", context)

    def _shown(self, request: HttpRequest, customer: Customer) -> dict[str, Any]:
        asked = request.GET.get("moments", "")
        number = max(int(asked), 1) if asked.isdecimal() and len(asked) < 4 else 1
        moments, has_older = timeline.page(customer, number)
        told = [fact for fact in facts.every() if not fact.key.startswith("customer_")]  # those are in the form above
        known = facts.of(customer, [fact.key for fact in told])
        return {
            "moments": moments,
            "moments_page": number,
            "has_older_moments": has_older,
            "panels": panels.drawn_for(customer, staff=request.user),
            "known_facts": [(fact.label, fact.shown(known[fact.key])) for fact in told if known[fact.key] not in (None, "")],
            "standing": sorted(consent.standing(customer).values(), key=lambda row: row.topic),
            "may_erase": self.may_erase(request) and not customer.erased_at,
            "may_export": self.may_export(request),
        }
