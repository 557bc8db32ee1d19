"""The form of a product: texts, kind, categories, characteristics, and price and stock where it has no variants."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from shop.content import markup
from shop.content.editor import Editor
from shop.desk import characteristics, selling, tree, variants
from shop.forks.basket.models import Line as BasketLine
from shop.forks.catalogue import pictures
from shop.forks.catalogue.models import Product, ProductAttribute, ProductImage

# Oscar's words for them say what they are in the code.
LABELS: dict[str, tuple[Any, Any]] = {
    "product_class": (_("kind"), ""),
    "is_public": (_("shown in the shop"), ""),
    "is_discountable": (_("offers count for it"), ""),
    "slug": (_("end of its address"), _("Empty: made from the title.")),
}
TEXTS = ("title", "summary", "description", "meta_title", "meta_description")


class FilesInput(widgets.UnfoldAdminFileFieldWidget):  # type: ignore[misc]
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several picture files at once."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        chosen = [super(PicturesField, self).clean(file, initial) for file in files if file]
        for file in chosen:
            try:
                pictures.is_picture(file)
            except forms.ValidationError as error:
                raise forms.ValidationError([f"{file.name}: {text}" for text in error.messages]) from error
        return chosen


class ProductForm(selling.SellingForm):
    """Made for one request by the admin, which gives it the fields of `attributes`."""

    needed = ("title",)
    editors = {"description": Editor}
    attributes: list[ProductAttribute] = []
    categories = forms.MultipleChoiceField(
        label=_("categories"), required=False, widget=widgets.UnfoldAdminSelect2MultipleWidget()
    )
    has_variants = forms.BooleanField(
        label=_("comes in variants"),
        required=False,
        widget=widgets.UnfoldBooleanSwitchWidget(),
        help_text=_("Sizes, colours, packs: each with its own SKU, price and stock. What it sells now becomes the first."),
    )
    varies_by = forms.MultipleChoiceField(
        label=_("variants differ in"),
        required=False,
        widget=widgets.UnfoldAdminSelect2MultipleWidget(),
        help_text=_("Characteristics that each variant has a value of its own for."),
    )
    new_pictures = PicturesField(
        label=_("add pictures"), required=False, widget=FilesInput(), help_text=_("JPEG, PNG or WebP, several at once.")
    )

    class Meta:
        model = Product
        fields = ["product_class", "is_public", "slug", "weight_g", "lifetime_days", "is_discountable"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fill_choices()
        for name, (label, help_text) in LABELS.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text
        if "slug" in self.fields:
            self.fields["product_class"].required, self.fields["slug"].required = True, False
        if self.instance.pk:
            self.initial.update(characteristics.values_of(self.instance, self.attributes))
            self.initial["categories"] = [str(pk) for pk in self.instance.categories.values_list("pk", flat=True)]
            self.initial["varies_by"] = variants.codes_used(self.instance) + (self.initial.get("varies_by") or [])
        if not self.sells_itself:
            for name in selling.FIELDS:
                self.fields.pop(name, None)

    def _fill_choices(self) -> None:
        if "categories" in self.fields:
            self.fields["categories"].choices = tree.choices()  # type: ignore[attr-defined]
        if "varies_by" in self.fields:
            self.fields["varies_by"].choices = [(one.code, one.name) for one in self.attributes]  # type: ignore[attr-defined]

    @property
    def sells_itself(self) -> bool:
        """Whether price and stock are the product's own: not where it has variants, or is about to."""
        if self.instance.pk:
            return bool(self.instance.is_standalone)
        return not (self.is_bound and self.data.get(self.add_prefix("has_variants")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("categories"):
            self.add_error("categories", gettext("Choose at least one: a product outside of all categories is not found."))
        return cleaned

    def _post_clean(self) -> None:
        # Before Oscar looks whether what is required of this kind of product is there.
        if not self.instance.pk and self.cleaned_data.get("has_variants"):
            self.instance.structure = Product.PARENT
        if self.cleaned_data.get("product_class"):
            self.instance.product_class = self.cleaned_data["product_class"]
            characteristics.show_to(self.instance, self.attributes, self.cleaned_data)
        super()._post_clean()  # type: ignore[misc]
        characteristics.take_back(self.instance)

    def save(self, commit: bool = True) -> Product:
        markup.clean_fields(self.instance, "description")
        return super().save(commit)  # type: ignore[no-any-return]

    def save_around(self, product: Product) -> None:
        """What hangs off a saved product: characteristics, stock, pictures, its turning into one with variants."""
        characteristics.write(product, self.attributes, self.cleaned_data)
        product.attribute_values.exclude(attribute__product_class=product.product_class_id).delete()
        if product.is_standalone:
            self.save_record(product)
            if self.cleaned_data.get("has_variants"):
                turn_into_variants(product)
        position = product.images.count()
        for file in self.cleaned_data.get("new_pictures") or []:
            ProductImage.objects.create(product=product, original=file, display_order=position)
            position += 1


@transaction.atomic
def turn_into_variants(product: Product) -> Product:
    """A product with one price becomes one with variants; what it sold so far is the first of them, which is returned."""
    variant = Product(structure=Product.CHILD, parent=product, slug=product.slug, is_public=True)
    Product.objects.filter(pk=product.pk).update(structure=Product.PARENT)
    product.structure = Product.PARENT
    variant.save()
    product.stockrecords.update(product=variant)
    BasketLine.objects.filter(product=product, basket__status="Open").update(product=variant)
    return variant
