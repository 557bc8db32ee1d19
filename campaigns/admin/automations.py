"""Automations in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from campaigns import automation_page
from campaigns.automations import ready
from campaigns.models import Automation, Run
from campaigns.segments import ready as ready_segments


@admin.register(Automation)
class AutomationAdmin(ModelAdmin):
    """The list; the page of one is `campaigns.automation_page`."""

    list_display = ["show_automation", "show_trigger", "show_on", "show_under_way", "show_entered"]
    list_filter = ["is_on", "trigger"]
    search_fields = ["name", "description"]
    ordering = ["-is_on", "name"]
    show_full_result_count = False
    change_list_template = "campaigns/automations.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Automation]:
        rows: QuerySet[Automation] = super().get_queryset(request)
        return rows.annotate(entered=Count("runs"), under_way=Count("runs", filter=Q(runs__state=Run.State.UNDER_WAY)))

    @display(description=_("automation"), header=True)
    def show_automation(self, automation: Automation) -> list[str]:
        return [automation.name, automation.description]

    @display(description=_("begins when"), ordering="trigger")
    def show_trigger(self, automation: Automation) -> str:
        return automation.get_trigger_display()

    @display(description=_("state"), label={"on": "success", "off": "warning"}, ordering="is_on")
    def show_on(self, automation: Automation) -> tuple[str, Any]:
        return ("on", _("on")) if automation.is_on else ("off", _("off"))

    @display(description=_("under way"))
    def show_under_way(self, automation: Automation) -> int:
        return int(automation.under_way)  # type: ignore[attr-defined]

    @display(description=_("entered in all"))
    def show_entered(self, automation: Automation) -> int:
        return int(automation.entered)  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Automation | None = None) -> bool:
        """What wrote to people stays in the books: it can be switched off."""
        was_used = obj is not None and obj.runs.exists()
        return not was_used and super().has_delete_permission(request, obj)  # type: ignore[no-any-return]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return automation_page.show(self, request, None)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return automation_page.show(self, request, object_id)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("ready/", wrap(require_POST(self.ready)), name="campaigns_automation_ready"),
            path("<path:object_id>/stop/", wrap(require_POST(self.stop)), name="campaigns_automation_stop"),
            *super().get_urls(),
        ]

    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return automation_page.stop(self, request, object_id)

    def ready(self, request: HttpRequest) -> HttpResponse:
        """Make the automations that the shop brings along, and the segments they are for."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        ready_segments.ensure()
        count = ready.ensure()
        text = ngettext("%d automation was added.", "%d automations were added.", count) % count
        messages.success(request, text if count else _("They are all there."))
        return HttpResponseRedirect(reverse("admin:campaigns_automation_changelist"))
