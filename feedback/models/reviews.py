"""When buyers are asked for reviews, and who was."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.asked import Asked, AskedQuerySet


class ReviewTiming(models.Model):
    """How many days after delivery things of a category have shown what they are."""

    category = models.OneToOneField(
        "catalogue.Category", verbose_name=_("category"), related_name="review_timing", on_delete=models.CASCADE,
        help_text=_("With all inside it, unless they have a row of their own."),
    )  # fmt: skip
    days = models.PositiveSmallIntegerField(
        _("days after delivery"), validators=[MinValueValidator(1), MaxValueValidator(180)]
    )  # fmt: skip

    class Meta:
        verbose_name = _("time to try a thing out")
        verbose_name_plural = _("times to try things out")
        ordering = ["category__path"]

    def __str__(self) -> str:
        return f"{self.category}: {self.days}"


class ReviewRequestQuerySet(AskedQuerySet):
    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def to_remind(self, moment: datetime) -> Self:
        """Asked, silent since, and open for another while: those who may be reminded once."""
        waiting = self.sent().filter(answered_at=None, reminded_at=None, remind_at__lte=moment, expires_at__gt=moment)
        return waiting.order_by("remind_at", "pk")


class ReviewRequest(Asked):
    """One mail about everything in one order."""

    order = models.OneToOneField(
        "order.Order", verbose_name=_("order"), related_name="review_request", on_delete=models.PROTECT
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), related_name="review_requests", on_delete=models.PROTECT
    )
    answered_at = models.DateTimeField(_("first review"), null=True, blank=True)
    remind_at = models.DateTimeField(_("reminder due"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    objects = ReviewRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("review request")
        verbose_name_plural = _("review requests")
        ordering = ["-pk"]
        indexes = [
            Asked.waiting_index("waiting_review_requests"),
            models.Index(
                name="review_reminders_due", fields=["remind_at"], condition=Q(state="sent", reminded_at=None, answered_at=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.order.number)
