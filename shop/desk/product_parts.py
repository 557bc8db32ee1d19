"""What stands below a product's form: its pictures, and what is recommended with it."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from shop.forks.catalogue import pictures
from shop.forks.catalogue.models import ProductImage, ProductRecommendation


def thumbnail(picture: pictures.Picture | None, size: str = "") -> SafeString:
    """A small picture for a list or a form; an empty frame where there is none."""
    if picture is None:
        return format_html('<span class="desk-thumb {} is-empty"></span>', size)
    return format_html('<img class="desk-thumb {}" src="{}" alt="" loading="lazy">', size, picture.srcset.split(" ")[0])


class PictureForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ProductImage
        fields = ["original", "caption", "display_order"]

    def clean_original(self) -> Any:
        file = self.cleaned_data["original"]
        if file:
            pictures.is_picture(file)
        return file

    def save(self, commit: bool = True) -> ProductImage:
        if "original" in self.changed_data:
            self.instance.renditions = {}
        return super().save(commit)  # type: ignore[no-any-return]


class PictureInline(TabularInline):
    model = ProductImage
    form = PictureForm
    extra = 0
    hide_title = True
    fields = ["preview", "original", "caption", "display_order"]
    readonly_fields = ["preview"]
    ordering = ["display_order", "pk"]
    ordering_field = "display_order"
    hide_ordering_field = True
    verbose_name = _("picture")
    verbose_name_plural = _("pictures")

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
