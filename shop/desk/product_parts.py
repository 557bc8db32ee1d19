"""What stands below a product's form: its pictures, and what is recommended with it."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminSelectWidget

from shop.forks.catalogue import pictures
from shop.forks.catalogue.models import Product, ProductImage, ProductRecommendation
from shop.orders import showing


def thumbnail(picture: pictures.Picture | None, size: str = "") -> SafeString:
    """A small picture for a list or a form; an empty frame where there is none."""
    if picture is None:
        return format_html('<span class="desk-thumb {} is-empty"></span>', size)
    return format_html('<img class="desk-thumb {}" src="{}" alt="" loading="lazy">', size, picture.srcset.split(" ")[0])


def variants_of(product: Product) -> dict[int, str]:
    """The variants of a product and what tells them apart, by id."""
    children = list(product.children.select_related("parent").order_by("pk"))
    faces = showing.faces_of(children)
    return {child.pk: faces[child.pk].variant or str(child.pk) for child in children}


class PictureForm(forms.ModelForm):  # type: ignore[type-arg]
    """Made for one request, with the variants that a picture may belong to."""

    variants: dict[int, str] = {}
    variant = forms.TypedChoiceField(
        label=_("variant"), required=False, coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget()
    )

    class Meta:
        model = ProductImage
        fields = ["original", "caption", "display_order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.variants:
            self.fields.pop("variant", None)
        elif "variant" in self.fields:
            self.fields["variant"].choices = [("", _("all")), *self.variants.items()]  # type: ignore[attr-defined]
            self.initial["variant"] = self.instance.variant_id or ""

    def clean_original(self) -> Any:
        file = self.cleaned_data["original"]
        if file:
            pictures.is_picture(file)
        return file

    def clean_variant(self) -> Product | None:
        chosen = self.cleaned_data["variant"]  # one of the product's own: the choices hold no others
        return Product.objects.get(pk=chosen) if chosen else None

    def save(self, commit: bool = True) -> ProductImage:
        if "original" in self.changed_data:
            self.instance.renditions = {}
        return super().save(commit)  # type: ignore[no-any-return]


class PictureInline(TabularInline):
    model = ProductImage
    fk_name = "product"
    form = PictureForm
    extra = 0
    hide_title = True
    readonly_fields = ["preview"]
    ordering = ["display_order", "pk"]
    ordering_field = "display_order"
    hide_ordering_field = True
    verbose_name = _("picture")
    verbose_name_plural = _("pictures")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = ["variant"] if obj and obj.is_parent else []
        return ["preview", "original", "caption", *own, "display_order"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        named = variants_of(obj) if obj and obj.is_parent else {}
        kwargs["form"] = type("PictureForm", (PictureForm,), {"variants": named})
        return super().get_formset(request, obj, **kwargs)

    def preview(self, image: ProductImage) -> SafeString:
        return thumbnail(image.shown(), "is-large")

    preview.short_description = _("preview")  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # new ones come in by "add pictures", several at once


class RecommendationInline(TabularInline):
    model = ProductRecommendation
    fk_name = "primary"
    extra = 0
    fields = ["recommendation", "ranking"]
    autocomplete_fields = ["recommendation"]
    ordering = ["-ranking"]
    hide_title = True
    verbose_name = _("recommended with it")
    verbose_name_plural = _("recommended with it")
