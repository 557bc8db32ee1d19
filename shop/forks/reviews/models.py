"""Oscar's reviews, by people who bought the thing."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews.abstract_models import AbstractProductReview


class ProductReview(AbstractProductReview):
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("author"), null=True, blank=True, related_name="reviews", on_delete=models.PROTECT
    )
    order_line = models.OneToOneField(
        "order.Line", verbose_name=_("bought as"), null=True, blank=True, related_name="review", on_delete=models.SET_NULL
    )
    language = models.CharField(_("language"), max_length=10, default="en")


from oscar.apps.catalogue.reviews.models import (  # noqa: E402  Oscar skips the models that stand above
    Vote,
)

__all__ = ["ProductReview", "Vote"]
