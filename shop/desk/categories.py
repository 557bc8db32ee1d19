"""Categories as the tree they are: moved with a click, edited in all languages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold import widgets
from unfold.admin import ModelAdmin
from unfold.decorators import display

from shop import languages
from shop.content import kept, markup
from shop.content.editor import Editor
from shop.desk import tree
from shop.forks.catalogue import pictures
from shop.forks.catalogue.models import Category

TEXTS = ("name", "description", "meta_title", "meta_description")


class CategoryForm(languages.TextsForm):
    needed = ("name",)
    editors = {"description": Editor}
    parent = forms.ChoiceField(label=_("inside"), required=False, widget=widgets.UnfoldAdminSelectWidget())

    class Meta:
        model = Category
        fields = ["is_public", "exclude_from_menu", "image", "slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance.path if self.instance.pk else None
        rows = [("", gettext("The top of the catalogue"))]
        rows += [
            (str(one.category.pk), one.trail) for one in tree.branches() if not own or not one.category.path.startswith(own)
        ]
        if "parent" in self.fields:
            self.fields["parent"].choices = rows  # type: ignore[attr-defined]
            self.fields["slug"].required = False
        above = self.instance.get_parent() if self.instance.pk else None
        self.initial.setdefault("parent", str(above.pk) if above else "")

    def clean_image(self) -> Any:
        file = self.cleaned_data["image"]
        if file:
            pictures.is_picture(file)
        return file

    @property
    def above(self) -> Category | None:
        chosen = self.cleaned_data.get("parent")
        return Category.objects.get(pk=chosen) if chosen else None


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    form = CategoryForm
    list_display = ["show_name", "show_products", "is_public", "show_in_menu", "show_moves"]
    list_display_links = ["show_name"]
    list_per_page = 500
    search_fields = ["name"]
    ordering = ["path"]
    fieldsets = [
        *languages.tabs(*TEXTS),
        (None, {"fields": ["parent", ("is_public", "exclude_from_menu"), "image", "slug"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).order_by("path").annotate(products=Count("product"))  # type: ignore[no-any-return]

    @display(description=_("category"))
    def show_name(self, category: Category) -> str:
        return format_html('<span class="desk-branch desk-depth-{}">{}</span>', min(category.depth, 6), category.name)

    @display(description=_("products"))
    def show_products(self, category: Category) -> str:
        address = f"{reverse('admin:catalogue_product_changelist')}?category={category.pk}"
        return format_html('<a href="{}">{}</a>', address, category.products)  # type: ignore[attr-defined]

    @display(description=_("in the menu"), boolean=True)
    def show_in_menu(self, category: Category) -> bool:
        return not category.exclude_from_menu

    @display(description=_("place"))
    def show_moves(self, category: Category) -> str:
        # The list is a form of its own, so these buttons only name another address for it.
        up, down = (reverse(f"admin:catalogue_category_{way}", args=[category.pk]) for way in ("up", "down"))
        return format_html(
            '<span class="desk-moves"><button formaction="{}" formnovalidate aria-label="{}">↑</button>'
            '<button formaction="{}" formnovalidate aria-label="{}">↓</button></span>',
            up, gettext("Move up"), down, gettext("Move down"),
        )  # fmt: skip

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        moves = [
            path("<int:pk>/up/", wrap(require_POST(self.move_up)), name="catalogue_category_up"),
            path("<int:pk>/down/", wrap(require_POST(self.move_down)), name="catalogue_category_down"),
        ]
        return [*moves, *super().get_urls()]

    def move_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._move(request, pk, "get_prev_sibling", "left")

    def move_down(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._move(request, pk, "get_next_sibling", "right")

    def _move(self, request: HttpRequest, pk: int, neighbour: str, side: str) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        category = get_object_or_404(Category, pk=pk)
        beside = getattr(category, neighbour)()
        if beside is not None:
            category.move(beside, pos=side)
            kept.forget()
            self.log_change(request, category, gettext("Moved."))
        return HttpResponseRedirect(reverse("admin:catalogue_category_changelist"))

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        markup.clean_fields(obj, "description")
        above = form.above
        if not change:
            added = above.add_child(instance=obj) if above else Category.add_root(instance=obj)
            added.set_ancestors_are_public()
            return
        obj.save()
        present = obj.get_parent()
        if (above and above.pk) != (present and present.pk):
            if above:
                obj.move(above, pos="last-child")
            else:
                obj.move(Category.get_last_root_node(), pos="right")
        Category.objects.get(pk=obj.pk).set_ancestors_are_public()
        kept.forget()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A category goes when nothing is in it: its products would be in no category at all."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        for category in objs:
            if category.numchild or category.product_set.exists():
                protected.append(gettext("%(name)s is not empty") % {"name": category.name})
        return to_delete, counts, missing, protected
