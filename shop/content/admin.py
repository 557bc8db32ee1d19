"""The shop's name and look, its home page and its pages, as a merchant edits them."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TabbedTranslationAdmin, TranslationTabularInline
from unfold.admin import ModelAdmin, TabularInline

from shop.content.models import Block, Enquiry, Page, Pick, Scene, Shop


@admin.register(Shop)
class ShopAdmin(ModelAdmin, TabbedTranslationAdmin):  # type: ignore[misc]
    """One row: the list leads straight to it."""

    fieldsets = [
        (_("Name"), {"fields": ["name", "claim", "story", "logo"]}),
        (_("Look"), {"fields": ["accent", "paper", "top_line"]}),
        (_("Contact"), {"fields": ["email", "phone", "address", "hours"]}),
        (_("Foot of every page"), {"fields": ["payment_words", "imprint"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Shop.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Shop | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        known = Shop.objects.first()
        address = reverse("admin:content_shop_change", args=[known.pk]) if known else reverse("admin:content_shop_add")
        return HttpResponseRedirect(address)


@admin.register(Page)
class PageAdmin(ModelAdmin, TabbedTranslationAdmin):  # type: ignore[misc]
    list_display = ["title", "slug", "place", "position", "is_published", "changed_at"]
    list_editable = ["position", "is_published"]
    list_filter = ["place", "is_published"]
    search_fields = ["title", "slug", "body"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "body", "description", "place", "position", "is_published"]


class PickInline(TabularInline):  # type: ignore[misc]
    """For “Products chosen by hand”."""

    model = Pick
    extra = 0
    autocomplete_fields = ["product"]
    ordering_field = "position"
    fields = ["product", "position"]


class SceneInline(TabularInline, TranslationTabularInline):  # type: ignore[misc]
    """For “Pictures that lead to categories”."""

    model = Scene
    extra = 0
    ordering_field = "position"
    fields = ["picture", "category", "title", "position"]


@admin.register(Block)
class BlockAdmin(ModelAdmin, TabbedTranslationAdmin):  # type: ignore[misc]
    list_display = ["__str__", "kind", "position", "is_shown"]
    list_editable = ["position", "is_shown"]
    ordering = ["position"]
    fields = ["kind", "title", "text", "picture", "link", "link_text", "position", "is_shown"]

    def get_inlines(self, request: HttpRequest, obj: Block | None) -> list[type[TabularInline]]:
        inlines: dict[str, list[type[TabularInline]]] = {Block.Kind.PICKS: [PickInline], Block.Kind.SCENES: [SceneInline]}
        return inlines.get(obj.kind, []) if obj else []


@admin.register(Enquiry)
class EnquiryAdmin(ModelAdmin):  # type: ignore[misc]
    """What people wrote: to read, and to tick off once answered."""

    list_display = ["name", "email", "order_number", "is_answered", "created_at"]
    list_filter = ["is_answered", "language"]
    search_fields = ["name", "email", "order_number", "text"]
    readonly_fields = ["name", "email", "order_number", "text", "language", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
