"""The programme, its earning rules and bonus days."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.decorators import display

from loyalty import expiry, rules
from loyalty.admin import liability
from loyalty.models import Boost, Programme, Rule
from shop import languages
from shop.events import bell


class ProgrammeForm(languages.TextsForm):
    needed = ("name",)

    class Meta:
        model = Programme
        fields = [
            "is_on", "point_value", "min_spend", "max_share", "unpayable_range", "return_days", "delivery_days", "lasts_months",
            "idle_months", "grace_days", "clawback", "earns_for_guests", "tier_grace_days", "refused_domains",
        ]  # fmt: skip


@admin.register(Programme)
class ProgrammeAdmin(ModelAdmin):  # type: ignore[misc]
    """One row: the list leads straight to it."""

    form = ProgrammeForm
    fieldsets = [
        (None, {"fields": ["is_on"]}),
        (_("Spending"), {"fields": [("point_value", "min_spend", "max_share"), "unpayable_range"]}),
        (
            _("Waiting and ending"),
            {"fields": [("return_days", "delivery_days"), ("lasts_months", "idle_months", "grace_days")]},
        ),
        (_("Fairness"), {"fields": ["clawback", "earns_for_guests", "tier_grace_days", "refused_domains"]}),
        *languages.tabs("name", "promise"),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Programme.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Programme | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Programme, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "idle_months" in form.changed_data:
            expiry.renew_all()
        if "is_on" in form.changed_data and obj.is_on:
            bell.ring("loyalty.tasks.review_tiers")

    def get_urls(self) -> list[Any]:
        page = path("liability/", self.admin_site.admin_view(require_safe(liability.shown)), name="loyalty_programme_liability")
        return [page, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        known = Programme.objects.first()
        address = (
            reverse("admin:loyalty_programme_change", args=[known.pk]) if known else reverse("admin:loyalty_programme_add")
        )
        return HttpResponseRedirect(address)


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """The kind of a rule that is there stands on no field, and without it Django does not ask what it must give."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in ("rate", "points") if cleaned.get(name) is not None]
        wanted = ["rate"] if self.instance.kind == Rule.Kind.PURCHASE else ["points"]
        if self.instance.pk and given != wanted and not self.errors:
            raise forms.ValidationError(
                gettext("A rule for purchases needs a rate, any other a number of points: one of the two.")
            )
        return cleaned


@admin.register(Rule)
class RuleAdmin(ModelAdmin):  # type: ignore[misc]
    """The last version of each rule. One that was used is replaced when it changes: what was earned keeps its rate."""

    form = RuleForm
    list_display = ["name", "kind", "show_gives", "priority", "starts_at", "ends_at", "is_on"]
    list_filter = ["kind", "is_on"]
    autocomplete_fields: list[str] = []
    fieldsets = [
        (None, {"fields": ["is_on", "name", "kind"]}),
        (
            _("What it gives"),
            {
                "fields": [("rate", "base"), "points"],
                "description": _("Purchases have a rate, everything else a number of points: fill in one of the two."),
            },
        ),
        (_("For what"), {"fields": [("only_range", "except_range"), "min_order"]}),
        (_("At most"), {"fields": [("max_per_order", "max_per_day"), ("max_per_month", "max_ever")]}),
        (_("When"), {"fields": ["starts_at", "ends_at", "priority"]}),
    ]
    change_form_outer_after_template = "loyalty/desk/rule.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return super().get_queryset(request).standing()  # type: ignore[no-any-return]

    def get_readonly_fields(self, request: HttpRequest, obj: Rule | None = None) -> list[str]:
        return ["kind"] if obj else []

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        if not change:
            obj.save()
            return
        saved = rules.change(obj)
        obj.pk = saved.pk

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        rule = self.get_object(request, object_id)
        shown = {"versions": rules.versions_of(rule), "is_used": rules.is_used(rule)} if rule else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})  # type: ignore[no-any-return]

    @display(description=_("gives"))
    def show_gives(self, rule: Rule) -> str:
        if rule.rate is not None:
            return str(_("%(rate)s for each unit of money") % {"rate": f"{rule.rate.normalize():f}"})
        return str(_("%(points)s points") % {"points": rule.points})


class BoostForm(languages.TextsForm):
    needed = ("name",)

    class Meta:
        model = Boost
        fields = ["is_on", "multiplier", "only_range", "starts_at", "ends_at"]


@admin.register(Boost)
class BoostAdmin(ModelAdmin):  # type: ignore[misc]
    form = BoostForm
    list_display = ["name", "multiplier", "starts_at", "ends_at", "is_on"]
    fieldsets = [
        (None, {"fields": ["is_on", "multiplier", "only_range", "starts_at", "ends_at"]}),
        *languages.tabs("name"),
    ]
