"""Kinds of products, the characteristics that each kind has, and the options to choose from."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import display

from shop import languages
from shop.desk import characteristics
from shop.forks.catalogue.models import AttributeOption, AttributeOptionGroup, ProductAttribute, ProductClass

TYPES = {
    "text": _("Text"),
    "integer": _("Whole number"),
    "float": _("Number"),
    "boolean": _("Yes or no"),
    "date": _("Date"),
    "option": _("One of several options"),
    "multi_option": _("Some of several options"),
}


class AttributeForm(languages.TextsForm):
    needed = ("name",)
    in_columns = True

    class Meta:
        model = ProductAttribute
        fields = ["code", "type", "option_group", "unit", "is_filter", "required", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "type" in self.fields:
            present = self.instance.type
            known = [(code, name) for code, name in TYPES.items() if code in characteristics.EDITABLE]
            other = [] if present in TYPES or not self.instance.pk else [(present, self.instance.get_type_display())]
            self.fields["type"].choices = [*known, *other]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = cleaned.get("type")
        if chosen in ("option", "multi_option") and not cleaned.get("option_group"):
            self.add_error("option_group", gettext("Choose which options there are."))
        if self.instance.pk and "type" in self.changed_data and self.instance.productattributevalue_set.exists():
            raise ValidationError(gettext("Products have values of this type already: add another characteristic instead."))
        return cleaned


class AttributeInline(StackedInline):
    model = ProductAttribute
    form = AttributeForm
    extra = 0
    ordering = ["position", "code"]
    ordering_field = "position"
    hide_ordering_field = True
    collapsible = True
    verbose_name = _("characteristic")
    verbose_name_plural = _("characteristics")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = languages.fields_of("name")
        pairs = [tuple(names[at : at + 2]) for at in range(0, len(names), 2)]
        return [(None, {"fields": [*pairs, ("type", "option_group"), ("is_filter", "required"), ("code", "unit"), "position"]})]


class KindForm(languages.TextsForm):
    needed = ("name",)

    class Meta:
        model = ProductClass
        fields = ["track_stock", "requires_shipping"]


@admin.register(ProductClass)
class KindAdmin(ModelAdmin):
    form = KindForm
    list_display = ["name", "show_products", "track_stock", "requires_shipping"]
    search_fields = ["name"]
    inlines = [AttributeInline]
    readonly_fields = ["slug"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*languages.tabs("name"), (None, {"fields": [("track_stock", "requires_shipping"), "slug"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductClass]:
        return super().get_queryset(request).annotate(count=Count("products"))  # type: ignore[no-any-return]

    @display(description=_("products"))
    def show_products(self, kind: ProductClass) -> int:
        return int(kind.count)  # type: ignore[attr-defined]


class OptionForm(languages.TextsForm):
    needed = ("option",)
    in_columns = True

    class Meta:
        model = AttributeOption
        fields: list[str] = []


class OptionInline(TabularInline):
    model = AttributeOption
    form = OptionForm
    extra = 0
    verbose_name = _("option")
    verbose_name_plural = _("options")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return languages.fields_of("option")


@admin.register(AttributeOptionGroup)
class OptionGroupAdmin(ModelAdmin):
    list_display = ["name", "show_options", "show_used_by"]
    search_fields = ["name", "options__option"]
    fields = ["name"]
    inlines = [OptionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttributeOptionGroup]:
        return super().get_queryset(request).prefetch_related("options", "product_attributes")  # type: ignore[no-any-return]

    @display(description=_("options"))
    def show_options(self, group: AttributeOptionGroup) -> str:
        return ", ".join(str(option.option) for option in group.options.all()[:12])

    @display(description=_("characteristics"))
    def show_used_by(self, group: AttributeOptionGroup) -> str:
        return ", ".join(str(attribute.name) for attribute in group.product_attributes.all())
