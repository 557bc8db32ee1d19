"""The shop's name and look, its home page and its pages, as a merchant edits them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminTextareaWidget

from shop import languages
from shop.content.editor import Editor
from shop.content.models import Block, Page, Pick, Scene, Shop

TEXTS_OF_SHOP = ("claim", "story", "top_line", "address", "hours", "payment_words", "imprint")


class ShopForm(languages.TextsForm):
    class Meta:
        model = Shop
        fields = ["name", "logo", "accent", "paper", "email", "phone"]
        widgets = {"accent": UnfoldAdminColorInputWidget, "paper": UnfoldAdminColorInputWidget}


@admin.register(Shop)
class ShopAdmin(ModelAdmin):  # type: ignore[misc]
    """One row: the list leads straight to it."""

    form = ShopForm
    fieldsets = [
        (_("Name and look"), {"fields": ["name", "logo", ("accent", "paper")]}),
        (_("Contact"), {"fields": ["email", "phone"]}),
        *languages.tabs(*TEXTS_OF_SHOP),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Shop.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Shop | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        known = Shop.objects.first()
        address = reverse("admin:content_shop_change", args=[known.pk]) if known else reverse("admin:content_shop_add")
        return HttpResponseRedirect(address)


class PageForm(languages.TextsForm):
    needed = ("title", "body")
    editors = {"body": Editor}

    class Meta:
        model = Page
        fields = ["slug", "place", "position", "is_published"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in languages.fields_of("body"):
            # The editor knows no tables and would take them out: such a page is written as HTML.
            if name in self.fields and "<table" in (getattr(self.instance, name) or ""):
                self.fields[name].widget = UnfoldAdminTextareaWidget(attrs={"rows": 20})


@admin.register(Page)
class PageAdmin(ModelAdmin):  # type: ignore[misc]
    form = PageForm
    list_display = ["title", "slug", "place", "position", "is_published", "changed_at"]
    list_editable = ["position", "is_published"]
    list_filter = ["place", "is_published"]
    search_fields = ["title", "slug", "body"]
    prepopulated_fields = {"slug": [f"title_{languages.ordered()[0][0]}"]}
    fieldsets = [
        *languages.tabs("title", "body", "description"),
        (None, {"fields": ["is_published", "slug", ("place", "position")]}),
    ]


class PickInline(TabularInline):  # type: ignore[misc]
    """For “Products chosen by hand”."""

    model = Pick
    extra = 0
    autocomplete_fields = ["product"]
    ordering_field = "position"
    fields = ["product", "position"]


class SceneForm(languages.TextsForm):
    in_columns = True

    class Meta:
        model = Scene
        fields = ["picture", "category", "position"]


class SceneInline(TabularInline):  # type: ignore[misc]
    """For “Pictures that lead to categories”."""

    model = Scene
    extra = 0
    ordering_field = "position"
    form = SceneForm
    fields = ["picture", "category", *languages.fields_of("title"), "position"]


class BlockForm(languages.TextsForm):
    class Meta:
        model = Block
        fields = ["kind", "picture", "link", "position", "is_shown"]


@admin.register(Block)
class BlockAdmin(ModelAdmin):  # type: ignore[misc]
    form = BlockForm
    list_display = ["__str__", "kind", "position", "is_shown"]
    list_editable = ["position", "is_shown"]
    ordering = ["position"]
    fieldsets = [
        *languages.tabs("title", "text", "link_text"),
        (None, {"fields": ["is_shown", ("kind", "position"), "picture", "link"]}),
    ]

    def get_inlines(self, request: HttpRequest, obj: Block | None) -> list[type[TabularInline]]:
        inlines: dict[str, list[type[TabularInline]]] = {Block.Kind.PICKS: [PickInline], Block.Kind.SCENES: [SceneInline]}
        return inlines.get(obj.kind, []) if obj else []
