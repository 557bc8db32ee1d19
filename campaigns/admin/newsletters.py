"""Newsletters in the admin: a marketer writes and schedules them, a merchant or the owner approves them."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from campaigns import newsletter_page
from campaigns.models import Newsletter, Recipient

COLOURS = {
    "draft": "warning",
    "approved": "info",
    "scheduled": "info",
    "sending": "primary",
    "paused": "warning",
    "sent": "success",
    "cancelled": "danger",
}


@admin.register(Newsletter)
class NewsletterAdmin(ModelAdmin):
    """The list; the page of one is `campaigns.newsletter_page`."""

    list_display = ["show_newsletter", "show_state", "show_when", "show_written", "show_held"]
    list_filter = ["state"]
    list_select_related = ["letter"]
    search_fields = ["name"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Newsletter]:
        held = Q(recipients__arm=Recipient.Arm.HELD_OUT)
        rows: QuerySet[Newsletter] = super().get_queryset(request)
        return rows.annotate(of_mail=Count("recipients", filter=~held), of_held=Count("recipients", filter=held))

    @display(description=_("newsletter"), header=True)
    def show_newsletter(self, newsletter: Newsletter) -> list[str]:
        return [newsletter.name, newsletter.letter.name]

    @display(description=_("state"), label=COLOURS)
    def show_state(self, newsletter: Newsletter) -> tuple[str, str]:
        return newsletter.state, newsletter.get_state_display()

    @display(description=_("when"))
    def show_when(self, newsletter: Newsletter) -> str:
        if newsletter.began_at:
            return formats.date_format(timezone.localtime(newsletter.began_at), "SHORT_DATETIME_FORMAT")
        if newsletter.send_on and newsletter.send_at:
            day, at = formats.date_format(newsletter.send_on, "SHORT_DATE_FORMAT"), formats.time_format(newsletter.send_at)
            return f"{day} {at}"
        return "–"

    @display(description=_("people"))
    def show_written(self, newsletter: Newsletter) -> str:
        return formats.number_format(newsletter.of_mail, force_grouping=True) if newsletter.began_at else "–"  # type: ignore[attr-defined]

    @display(description=_("held out"))
    def show_held(self, newsletter: Newsletter) -> str:
        return formats.number_format(newsletter.of_held, force_grouping=True) if newsletter.began_at else "–"  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        """What was sent stays in the books."""
        is_draft = obj is None or obj.state == Newsletter.State.DRAFT
        return is_draft and super().has_delete_permission(request, obj)  # type: ignore[no-any-return]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return newsletter_page.show(self, request, None)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return newsletter_page.show(self, request, object_id)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/do/<slug:name>/", wrap(self.act), name="campaigns_newsletter_act"),
            path("<int:pk>/preview/", wrap(self.preview), name="campaigns_newsletter_preview"),
        ]
        return [*own, *super().get_urls()]

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return newsletter_page.act(self, request, pk, name)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        return cast("HttpResponse", newsletter_page.preview(request, self, str(pk)))
