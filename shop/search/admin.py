"""Synonyms, and what people searched for, in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from shop.search.models import MissedSearch, Search, Synonym


@admin.register(Synonym)
class SynonymAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["said", "meant", "language", "is_mutual"]
    list_filter = ["language"]
    search_fields = ["said", "meant"]


@admin.register(Search)
class SearchAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["text", "language", "results", "corrected", "happened_at"]
    list_filter = ["language", "happened_at"]
    search_fields = ["text"]
    date_hierarchy = "happened_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Search | None = None) -> bool:
        return False


@admin.register(MissedSearch)
class MissedSearchAdmin(ModelAdmin):  # type: ignore[misc]
    """Searches without results, each text once, the most frequent first: write a synonym, or stock the thing."""

    list_display = ["text", "language", "times", "happened_at"]
    list_filter = ["language"]
    search_fields = ["text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissedSearch]:
        return super().get_queryset(request).order_by("-times")  # type: ignore[no-any-return]

    @admin.display(description=_("times"), ordering="times")
    def times(self, row: MissedSearch) -> int:
        return int(row.times)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MissedSearch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MissedSearch | None = None) -> bool:
        return False
