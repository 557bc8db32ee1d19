"""Letters in the admin."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from campaigns import letter_page
from campaigns.letters import lint
from campaigns.models import Letter
from shop.customers.models import User


@admin.register(Letter)
class LetterAdmin(ModelAdmin):
    """The list; a letter is written on a page of its own (`campaigns.letter_page`)."""

    list_display = ["show_letter", "show_missing", "changed_at", "changed_by"]
    list_select_related = ["changed_by"]
    search_fields = ["name"]
    ordering = ["-changed_at"]
    show_full_result_count = False

    @display(description=_("letter"), header=True)
    def show_letter(self, letter: Letter) -> list[str]:
        return [letter.name, next(iter(letter.subject.values()), "")]

    @display(description=_("not written yet in"))
    def show_missing(self, letter: Letter) -> str:
        return ", ".join(lint.missing_in(letter.content)) or "–"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A letter exists as soon as somebody begins one, so that its preview has something to show."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return super().add_view(request, form_url, {**(extra_context or {}), "title": gettext("Write a letter")})  # type: ignore[no-any-return]
        made = letter_page.new(
            request.POST.get("name", "").strip()[:120] or gettext("A new letter"), cast("User", request.user)
        )
        self.log_addition(request, made, [{"added": {}}])
        return HttpResponseRedirect(reverse("admin:campaigns_letter_change", args=[made.pk]))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return letter_page.show(self, request, object_id)

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.newsletters.exists())  # type: ignore[no-any-return]

    def get_fields(self, request: HttpRequest, obj: Letter | None = None) -> list[str]:
        return ["name"]

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        preview = path("<int:pk>/preview/", wrap(self.preview), name="campaigns_letter_preview")
        return [preview, *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        return cast("HttpResponse", letter_page.preview(request, self, str(pk)))
