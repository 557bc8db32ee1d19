"""Tiers, and who moves before they are saved."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets
from unfold.decorators import display

from loyalty import tiers
from loyalty.models import Tier
from loyalty.perks import Tiers
from loyalty.tiers import Mover
from shop import languages, money
from shop.desk.promotion_groups import GroupAdmin
from shop.events import bell


class TierForm(languages.TextsForm):
    needed = ("name",)
    has_seen = forms.BooleanField(
        label=_("move them"),
        required=False,
        widget=widgets.UnfoldBooleanSwitchWidget(),
        help_text=_("Needed only when customers would change tiers: the page says who before it saves."),
    )

    class Meta:
        model = Tier
        fields = ["threshold", "multiplier", "has_free_delivery"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and "threshold" in self.changed_data and not cleaned.get("has_seen"):
            moving = tiers.movers([*Tier.objects.exclude(pk=self.instance.pk), self._planned(cleaned)])
            if moving:
                self.add_error("has_seen", [_said(move) for move in moving])
        return cleaned

    def _planned(self, cleaned: dict[str, Any]) -> Tier:
        names = (cleaned.get(f"name_{code}") for code, _language in languages.ordered())
        return Tier(pk=self.instance.pk, threshold=cleaned["threshold"], name=next(filter(None, names), ""))


def _said(move: Mover) -> str:
    nowhere = gettext("no tier")
    text = gettext("%(count)s customers go from “%(before)s” to “%(after)s”.")
    return text % {"count": move.count, "before": move.before or nowhere, "after": move.after or nowhere}


@admin.register(Tier)
class TierAdmin(GroupAdmin):
    """Up at once, down one step at a time after the days of grace."""

    kind_code = Tiers.code
    form = TierForm
    list_display = ["name", "show_threshold", "multiplier", "has_free_delivery", "show_members"]
    fieldsets = [
        (None, {"fields": [("threshold", "multiplier"), "has_free_delivery"]}),
        *languages.tabs("name", "perks"),
        (_("Who moves"), {"fields": ["has_seen"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tier]:
        return super().get_queryset(request).annotate(members=Count("accounts"))  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Tier, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        bell.ring("loyalty.tasks.review_tiers")

    @display(description=_("from"), ordering="threshold")
    def show_threshold(self, tier: Tier) -> str:
        return money.shown(tier.threshold)

    @display(description=_("customers"))
    def show_members(self, tier: Any) -> int:
        return int(tier.members)
