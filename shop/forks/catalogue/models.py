"""Oscar's catalogue, with what a shop of things people use up needs to know of them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractProduct, AbstractProductAttribute, AbstractProductImage

from shop.forks.catalogue import pictures


class Product(AbstractProduct):
    summary = models.CharField(
        _("summary"), max_length=255, blank=True, help_text=_("One line for cards, search results and mails.")
    )
    weight_g = models.PositiveIntegerField(_("weight in grams, packed"), default=0)
    lifetime_days = models.PositiveSmallIntegerField(
        _("lasts for days"),
        null=True,
        blank=True,
        help_text=_("How long one unit lasts one buyer. Empty for things that are kept."),
    )
    review_count = models.PositiveIntegerField(_("approved reviews"), default=0, editable=False)


def brief(relation: str = "") -> list[str]:
    """The columns of a product that lines of baskets and orders need, for `only()`: not its long texts in all languages."""
    long, before = ("description", "meta_", "summary"), f"{relation}__" if relation else ""
    return [f"{before}{field.name}" for field in Product._meta.concrete_fields if not field.name.startswith(long)]


class ProductAttribute(AbstractProductAttribute):
    unit = models.CharField(_("unit"), max_length=20, blank=True, help_text=_("Follows a number, e.g. °C."))
    is_filter = models.BooleanField(_("offered as a filter"), default=False)
    position = models.PositiveSmallIntegerField(_("position among the characteristics"), default=0)


class ProductImage(AbstractProductImage):
    """A product's picture; `renditions` is what `pictures.render()` said when it was uploaded."""

    renditions = models.JSONField(default=dict, blank=True, editable=False)
    variant = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("variant"),
        related_name="own_pictures",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text=_("Shown first when this variant is chosen."),
    )

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if pictures.are_due(self.renditions, self.original):
            self.renditions = pictures.render(self.original)
            type(self).objects.filter(pk=self.pk).update(renditions=self.renditions)

    def shown(self, alt: str = "") -> pictures.Picture | None:
        """The picture for a page; `alt` stands in for a missing caption."""
        return pictures.Picture.of(self.renditions, self.caption or alt)


from oscar.apps.catalogue.models import (  # noqa: E402  Oscar skips the models that stand above
    AttributeOption,
    AttributeOptionGroup,
    Category,
    Option,
    ProductAttributeValue,
    ProductCategory,
    ProductClass,
    ProductRecommendation,
)

__all__ = [
    "AttributeOption",
    "AttributeOptionGroup",
    "Category",
    "Option",
    "Product",
    "ProductAttribute",
    "ProductAttributeValue",
    "ProductCategory",
    "ProductClass",
    "ProductImage",
    "ProductRecommendation",
    "brief",
]
