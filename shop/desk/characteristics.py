"""The characteristics of a product as typed form fields, one for each attribute of its kind."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.product_attributes import ProductAttributesContainer
from unfold import widgets

from shop.forks.catalogue.models import Product, ProductAttribute

PREFIX = "attribute_"
EDITABLE = ("text", "integer", "float", "boolean", "date", "option", "multi_option")  # others come by import only


def attributes_of(product_class_id: int | None) -> list[ProductAttribute]:
    """What can be said of products of a kind, in the merchant's order, with the options loaded."""
    rows = ProductAttribute.objects.filter(product_class=product_class_id, type__in=EDITABLE)
    return list(rows.select_related("option_group").prefetch_related("option_group__options").order_by("position", "code"))


def name_of(attribute: ProductAttribute) -> str:
    return f"{PREFIX}{attribute.code}"


def field_for(attribute: ProductAttribute, *, is_required: bool | None = None) -> forms.Field:
    """The form field that takes a value of this attribute. Options are chosen from the attribute's own group only."""
    required = attribute.required if is_required is None else is_required
    label = f"{attribute.name}, {attribute.unit}" if attribute.unit else attribute.name
    shared: dict[str, Any] = {"label": label, "required": required}
    makers: dict[str, Any] = {
        "text": lambda: forms.CharField(widget=widgets.UnfoldAdminTextInputWidget(), **shared),
        "integer": lambda: forms.IntegerField(
            min_value=-(2**31), max_value=2**31 - 1, widget=widgets.UnfoldAdminIntegerFieldWidget(), **shared
        ),
        "float": lambda: forms.FloatField(widget=widgets.UnfoldAdminDecimalFieldWidget(), **shared),
        "date": lambda: forms.DateField(widget=widgets.UnfoldAdminSingleDateWidget(), **shared),
        "boolean": lambda: forms.TypedChoiceField(
            choices=[("", "–"), ("1", _("Yes")), ("0", _("No"))],
            coerce=lambda typed: typed == "1",
            empty_value=None,
            widget=widgets.UnfoldAdminSelectWidget(),
            **shared,
        ),
        "option": lambda: _options(attribute, forms.TypedChoiceField, widgets.UnfoldAdminSelectWidget(), shared),
        "multi_option": lambda: _options(
            attribute, forms.TypedMultipleChoiceField, widgets.UnfoldAdminSelect2MultipleWidget(), shared
        ),
    }
    field: forms.Field = makers[attribute.type]()
    return field


def _options(attribute: ProductAttribute, field: Any, widget: forms.Widget, shared: dict[str, Any]) -> Any:
    options = {str(one.pk): one for one in attribute.option_group.options.all()} if attribute.option_group else {}
    blank = [] if attribute.is_multi_option else [("", "–")]
    choices = blank + [(pk, one.option) for pk, one in options.items()]
    return field(choices=choices, coerce=options.__getitem__, empty_value=None, widget=widget, **shared)


def values_of(product: Product, attributes: Iterable[ProductAttribute]) -> dict[str, Any]:
    """The product's own values as these fields show them; not those that a variant has from its parent."""
    # Lists load them as `own_values`: Oscar cannot read its own relation once it is prefetched deeper than one level.
    rows = getattr(product, "own_values", None) if product.pk else []
    own = {row.attribute_id: row for row in (product.attribute_values.all() if rows is None else rows)}
    shown = {}
    for attribute in attributes:
        row = own.get(attribute.pk)
        if row is not None:
            shown[name_of(attribute)] = _shown(attribute, row)
    return shown


def _shown(attribute: ProductAttribute, row: Any) -> Any:
    if attribute.is_option:
        return str(row.value_option_id or "")
    if attribute.is_multi_option:
        return [str(option.pk) for option in row.value_multi_option.all()]
    value = getattr(row, f"value_{attribute.type}")
    return {True: "1", False: "0"}.get(value, "") if attribute.type == "boolean" else value


def parted(attributes: Sequence[ProductAttribute], product: Product | None) -> tuple[list[Any], list[Any]]:
    """Field names in pairs, for the lines of a form: what is said of the product or has to be, and all that could be."""
    said = values_of(product, attributes) if product else {}
    first = [name_of(one) for one in attributes if one.required or name_of(one) in said]
    rest = [name_of(one) for one in attributes if name_of(one) not in first]
    first, rest = (first, rest) if first else (rest, [])
    return _pairs(first), _pairs(rest)


def _pairs(names: list[str]) -> list[tuple[str, ...]]:
    return [tuple(names[at : at + 2]) for at in range(0, len(names), 2)]


def show_to(product: Product, attributes: Sequence[ProductAttribute], cleaned: dict[str, Any]) -> None:
    """Let the product check the values in its `clean()`. Follow with `take_back`."""
    for attribute in attributes:
        if name_of(attribute) in cleaned:
            value = cleaned[name_of(attribute)]
            product.attr.set(attribute.code, None if value in ("", []) else value, validate_identifier=False)


def take_back(product: Product) -> None:
    """Forget what was shown: saved by Oscar, a variant would get its parent's values as its own."""
    product.attr = ProductAttributesContainer(product=product)


def write(product: Product, attributes: Sequence[ProductAttribute], cleaned: dict[str, Any]) -> None:
    """The values of a saved product. An empty one is taken away."""
    for attribute in attributes:
        if name_of(attribute) in cleaned:
            value = cleaned[name_of(attribute)]
            attribute.save_value(product, None if value in ("", []) else value)
