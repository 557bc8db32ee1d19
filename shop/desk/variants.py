"""The variants of a product, as rows below it."""

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from shop.desk import characteristics, selling
from shop.forks.catalogue.models import Product, ProductAttribute, ProductAttributeValue


class VariantForm(selling.SellingForm):
    """One variant: what tells it apart, and what it costs. Made for one request, with the fields of `attributes`."""

    attributes: list[ProductAttribute] = []

    class Meta:
        model = Product
        fields = ["is_public"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_public"].label, self.fields["is_public"].help_text = _("shown"), ""
        self.initial.update(characteristics.values_of(self.instance, self.attributes))

    def _post_clean(self) -> None:
        self.instance.structure = Product.CHILD
        characteristics.show_to(self.instance, self.attributes, self.cleaned_data)
        super()._post_clean()  # type: ignore[misc]
        characteristics.take_back(self.instance)

    def save(self, commit: bool = True) -> Product:
        self.instance.slug = self.instance.slug or self.instance.parent.slug
        product: Product = super().save(commit)
        if commit:
            self.save_record(product)
            characteristics.write(product, self.attributes, self.cleaned_data)
        return product


class VariantFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """All variants of a product: no two alike, none taken away that an order still holds."""

    def clean(self) -> None:
        super().clean()
        skus: set[str] = set()
        looks: set[tuple[str, ...]] = set()
        for form in self.forms:
            if not form.has_changed() and not form.instance.pk:
                continue
            if form in self.deleted_forms:
                self._refuse_reserved(form)
                continue
            sku = form.cleaned_data.get("sku", "").lower()
            look = tuple(str(form.cleaned_data.get(characteristics.name_of(one))) for one in form.attributes)  # type: ignore[attr-defined]
            if sku and sku in skus:
                form.add_error("sku", gettext("Another variant has this SKU."))
            if look and look in looks:
                raise forms.ValidationError(gettext("Two variants are the same: nothing tells them apart."))
            skus.add(sku)
            looks.add(look)

    def _refuse_reserved(self, form: Any) -> None:
        if form.record.num_allocated:
            text = gettext("Orders still hold units of %(sku)s: hide it instead of deleting it.")
            raise forms.ValidationError(text % {"sku": form.record.partner_sku})


class VariantInline(TabularInline):
    model = Product
    fk_name = "parent"
    form = VariantForm
    formset = VariantFormSet
    extra = 0
    hide_title = True
    verbose_name = _("variant")
    verbose_name_plural = _("variants")
    readonly_fields = ["reserved", "margin"]
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        values = ProductAttributeValue.objects.select_related("value_option").prefetch_related("value_multi_option")
        rows = super().get_queryset(request).select_related("parent__product_class")
        return rows.prefetch_related("stockrecords", Prefetch("attribute_values", values, to_attr="own_values"))  # type: ignore[no-any-return]

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> list[str]:
        own = [characteristics.name_of(one) for one in differing(request, obj)]
        return [*own, *selling.FIELDS, "reserved", "margin", "is_public"]

    def get_formset(self, request: HttpRequest, obj: Product | None = None, **kwargs: Any) -> Any:
        attributes = differing(request, obj)
        fields = {characteristics.name_of(one): characteristics.field_for(one) for one in attributes}
        kwargs["form"] = type("VariantForm", (VariantForm,), {**fields, "attributes": attributes})
        return super().get_formset(request, obj, **kwargs)

    @staticmethod
    def _record(variant: Product) -> Any:
        return selling.record_of(variant)

    def reserved(self, variant: Product) -> int | str:
        record = self._record(variant)
        return (record.num_allocated or 0) if record else "–"

    reserved.short_description = _("reserved")  # type: ignore[attr-defined]

    def margin(self, variant: Product) -> str:
        return selling.margin_of(self._record(variant)) or "–"

    margin.short_description = _("margin")  # type: ignore[attr-defined]


def forget_others(product: Product, codes: set[str]) -> None:
    """Variants differ in these characteristics only."""
    ProductAttributeValue.objects.filter(product__parent=product).exclude(attribute__code__in=codes).delete()


def codes_used(product: Product) -> list[str]:
    """The characteristics that variants of a product have values of their own for."""
    rows = ProductAttributeValue.objects.filter(product__parent=product)
    return list(rows.order_by("attribute__position").values_list("attribute__code", flat=True).distinct())


def differing(request: HttpRequest, product: Product | None) -> list[ProductAttribute]:
    """The characteristics that tell the variants apart: those chosen on the form, else those in use."""
    if product is None:
        return []
    if request.method == "POST":
        codes = request.POST.getlist("varies_by")
    else:
        codes = codes_used(product) + request.GET.getlist("varies_by")
    return [one for one in characteristics.attributes_of(product.product_class_id) if one.code in codes]
