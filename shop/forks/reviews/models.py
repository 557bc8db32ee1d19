"""Oscar's reviews, by people who bought the thing."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Avg, Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews.abstract_models import AbstractProductReview

from shop.forks.catalogue.models import Product


class ReviewQuerySet(models.QuerySet["ProductReview"]):
    def approved(self) -> Self:
        """Those that everybody may read."""
        return self.filter(status=ProductReview.APPROVED)

    def awaiting_moderation(self) -> Self:
        return self.filter(status=ProductReview.FOR_MODERATION)


class ProductReview(AbstractProductReview):
    score = models.SmallIntegerField(
        _("stars"), choices=[(stars, stars) for stars in range(1, 6)], validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    title = models.CharField(_("in a few words"), max_length=120, blank=True)
    body = models.TextField(_("review"), max_length=5000)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("author"), null=True, blank=True, related_name="reviews", on_delete=models.PROTECT
    )
    order_line = models.OneToOneField(
        "order.Line", verbose_name=_("bought as"), null=True, blank=True, related_name="review", on_delete=models.SET_NULL
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    reply = models.TextField(_("the shop's answer"), blank=True, help_text=_("Shown below the review."))
    replied_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("read"), null=True, blank=True, editable=False)
    refusal = models.TextField(_("why it is not shown"), blank=True, help_text=_("The author reads this."))

    objects = ReviewQuerySet.as_manager()

    class Meta(AbstractProductReview.Meta):
        ordering = ["-date_created", "-pk"]
        unique_together = ()
        constraints = [
            models.CheckConstraint(name="one_to_five_stars", condition=Q(score__range=(1, 5))),
            models.UniqueConstraint(
                name="one_review_per_person_and_product", fields=["product", "customer"], condition=Q(customer__isnull=False)
            ),
        ]
        indexes = [models.Index(name="approved_reviews", fields=["product", "-date_created"], condition=Q(status=1))]

    def __str__(self) -> str:
        return self.title or self.body[:60] or "★" * self.score

    def clean(self) -> None:
        """Oscar asks strangers for an address here; ours have proven a purchase."""
        self.title, self.body = self.title.strip(), self.body.strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        models.Model.save(self, *args, **kwargs)
        refresh_rating(self.product_id)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        product_id = self.product_id
        deleted = models.Model.delete(self, *args, **kwargs)
        refresh_rating(product_id)
        return deleted

    @property
    def author(self) -> str:
        """The name under the review: as signed, else the customer's first name."""
        return self.name or (self.customer.first_name if self.customer else "") or gettext("A customer")


def refresh_rating(product_id: int | None) -> None:
    """Count a product's approved reviews anew; its row keeps the mean and the number for lists."""
    if product_id is None:
        return
    counted = ProductReview.objects.approved().filter(product_id=product_id).aggregate(mean=Avg("score"), count=Count("pk"))
    Product.objects.filter(pk=product_id).update(rating=counted["mean"], review_count=counted["count"])


from oscar.apps.catalogue.reviews.models import (  # noqa: E402  Oscar skips the models that stand above
    Vote,
)

__all__ = ["ProductReview", "Vote"]
