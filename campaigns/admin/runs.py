"""Who is on the way through automations, in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from campaigns import run_page
from campaigns.models import Run

COLOURS = {
    Run.State.UNDER_WAY: "info",
    Run.State.PAUSED: "warning",
    Run.State.DONE: "success",
    Run.State.ENDED: "primary",
    Run.State.HELD_OUT: "primary",
    Run.State.FAILED: "danger",
}


@admin.register(Run)
class RunAdmin(ModelAdmin):
    """The list; the page of one is `campaigns.run_page`."""

    list_display = ["show_who", "show_automation", "show_state", "show_next", "show_entered"]
    list_filter = ["state", "automation"]
    list_select_related = ["customer", "automation"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["customer__email__startswith", "customer__last_name__istartswith"]
    search_help_text = _("E-mail address or family name")
    ordering = ["-pk"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people enter by themselves

    def has_delete_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False  # a run is ended, and forgotten with its customer

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        rows: QuerySet[Run] = super().get_queryset(request)
        return rows.defer("about", "closed_during")

    @display(description=_("customer"))
    def show_who(self, run: Run) -> str:
        return str(run.customer)

    @display(description=_("automation"), ordering="automation__name")
    def show_automation(self, run: Run) -> str:
        return run.automation.name

    @display(description=_("state"), label=COLOURS, ordering="state")
    def show_state(self, run: Run) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @display(description=_("goes on"), ordering="due_at")
    def show_next(self, run: Run) -> str:
        moment = run.paused_until if run.state == Run.State.PAUSED else run.due_at
        if run.state not in Run.ON_THE_WAY or moment is None:
            return "–"
        return _shown(moment)

    @display(description=_("entered"), ordering="entered_at")
    def show_entered(self, run: Run) -> str:
        return _shown(run.entered_at)

    def get_urls(self) -> list[Any]:
        act = self.admin_site.admin_view(require_POST(self.act))
        return [path("<int:pk>/do/", act, name="campaigns_run_act"), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return run_page.show(self, request, object_id)

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        return run_page.act(self, request, pk)


def _shown(moment: Any) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
