"""Recommendations: who came by whom, and the suspicious ones that wait for a decision."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from loyalty import referrals
from loyalty.models import Referral

State = Referral.State
COLOURS = {
    State.ORDERED: "info",
    State.CHECK: "warning",
    State.REWARDED: "success",
    State.REFUSED: "danger",
    State.REVERSED: "danger",
}


@admin.register(Referral)
class ReferralAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["made_at", "referrer", "referee", "order", "show_state", "show_why"]
    list_filter = ["state", ("made_at", admin.DateFieldListFilter)]
    list_select_related = ["referrer", "referee", "order"]
    list_per_page = 50
    search_fields = ["referrer__email", "referee__email", "order__number"]
    actions = ["go_ahead", "refuse"]
    fields = [
        "referrer",
        "referee",
        "order",
        "state",
        "show_why",
        "referrer_points",
        "referee_points",
        "made_at",
        "rewarded_at",
    ]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Referral | None = None) -> bool:
        return False

    @display(description=_("state"), label=COLOURS, ordering="state")
    def show_state(self, referral: Referral) -> tuple[str, str]:
        return referral.state, referral.get_state_display()

    @display(description=_("why"))
    def show_why(self, referral: Referral) -> str:
        return gettext(referral.why) if referral.why else ""

    @admin.action(description=_("Go ahead: reward them after the return window"), permissions=["change"])
    def go_ahead(self, request: HttpRequest, rows: QuerySet[Referral]) -> None:
        self._decide(request, rows, is_good=True)

    @admin.action(description=_("Refuse: the same person"), permissions=["change"])
    def refuse(self, request: HttpRequest, rows: QuerySet[Referral]) -> None:
        self._decide(request, rows, is_good=False)

    def _decide(self, request: HttpRequest, rows: QuerySet[Referral], *, is_good: bool) -> None:
        waiting = list(rows.filter(state=State.CHECK))
        for referral in waiting:
            referrals.decide(referral, is_good=is_good)
        text = ngettext("%(count)s recommendation decided.", "%(count)s recommendations decided.", len(waiting))
        messages.success(request, text % {"count": len(waiting)})
