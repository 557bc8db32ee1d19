"""Segments in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from campaigns import segment_page
from campaigns.groups import Segments
from campaigns.models import Segment
from campaigns.segments import CannotRead, ready, reasons
from campaigns.segments import rules as written
from shop.desk.promotion_groups import GroupAdmin


@admin.register(Segment)
class SegmentAdmin(GroupAdmin):
    """The list; the page of one segment is `campaigns.segment_page`."""

    kind_code = Segments.code
    list_display = ["show_segment", "show_rules", "show_size", "changed_at"]
    search_fields = ["name", "description"]
    ordering = ["name"]
    show_full_result_count = False
    change_list_template = "campaigns/segments.html"
    readonly_fields = ["name"]

    @display(description=_("segment"), header=True)
    def show_segment(self, segment: Segment) -> list[str]:
        return [segment.name, segment.description]

    @display(description=_("who"))
    def show_rules(self, segment: Segment) -> str:
        try:
            read = written.read(segment.rules)
        except CannotRead as error:
            return " ".join(error.problems)
        return "; ".join(reasons.in_words(condition) for condition in read.conditions()) or str(_("everybody"))

    @display(description=_("people"))
    def show_size(self, segment: Segment) -> str:
        size = segment_page.known_size(segment)
        return "…" if size is None else str(size)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if self.has_view_permission(request):
            segment_page.count_some(seconds=1.5)
        return super().changelist_view(request, extra_context)  # type: ignore[no-any-return]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return segment_page.show(self, request, None)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return segment_page.show(self, request, object_id)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("draft/", wrap(require_POST(self.draft)), name="campaigns_segment_draft"),
            path("ready/", wrap(require_POST(self.ready)), name="campaigns_segment_ready"),
            *super().get_urls(),
        ]

    def draft(self, request: HttpRequest) -> HttpResponse:
        return segment_page.draft(self, request)

    def ready(self, request: HttpRequest) -> HttpResponse:
        """Make the segments that the shop brings along."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        count = ready.ensure()
        text = ngettext("%d segment was added.", "%d segments were added.", count) % count
        messages.success(request, text if count else _("They are all there."))
        return HttpResponseRedirect(reverse("admin:campaigns_segment_changelist"))
