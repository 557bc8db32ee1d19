"""Oscar's reviews, by people who bought the thing."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Avg, Count, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews.abstract_models import AbstractProductReview

from shop.forks.catalogue import pictures
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


def _somewhere(photo: "ReviewPhoto", name: str) -> str:
    """A name that says nothing of who sent the file, and that nobody can guess before the review is shown."""
    return f"reviews/{uuid4().hex}.webp"


class ReviewPhoto(models.Model):
    """A picture that came with a review; seen wherever the review is. `shop.forks.reviews.photos` makes them."""

    MOST: ClassVar = 4  # of one review

    review = models.ForeignKey(ProductReview, verbose_name=_("review"), related_name="photos", on_delete=models.CASCADE)
    picture = models.ImageField(_("picture"), upload_to=_somewhere)
    renditions = models.JSONField(default=dict, blank=True, editable=False)
    alt = models.CharField(
        _("what is to be seen"), max_length=150, blank=True, help_text=_("Read out to people who do not see the picture.")
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="one_photo_in_a_place", fields=["review", "position"]),
            models.CheckConstraint(name="four_photos_at_most", condition=Q(position__lt=4)),
        ]

    def __str__(self) -> str:
        return self.alt or f"{self.review_id}/{self.position}"

    def shown(self) -> pictures.Picture | None:
        """The photo for a page."""
        names = {"name": self.review.author, "number": self.position + 1}
        return pictures.Picture.of(self.renditions, self.alt or gettext("Photo %(number)d by %(name)s") % names)

    def forget_files(self) -> None:
        """Delete what lies in the store. The row is gone, or was never kept."""
        pictures.forget(self.renditions)
        if self.picture:
            self.picture.storage.delete(str(self.picture.name))


@receiver(post_delete, sender=ReviewPhoto)
def _forget_files(instance: ReviewPhoto, **kwargs: Any) -> None:
    """The files go with the row, also when the whole review is deleted, and stay if the transaction fails."""
    transaction.on_commit(instance.forget_files, robust=True)


def refresh_rating(product_id: int | None) -> None:
    """Count a product's approved reviews anew; its row keeps the mean and the number for lists."""
    if product_id is None:
        return
    counted = ProductReview.objects.approved().filter(product_id=product_id).aggregate(mean=Avg("score"), count=Count("pk"))
    Product.objects.filter(pk=product_id).update(rating=counted["mean"], review_count=counted["count"])


from oscar.apps.catalogue.reviews.models import (  # noqa: E402  Oscar skips the models that stand above
    Vote,
)

__all__ = ["ProductReview", "ReviewPhoto", "Vote"]
