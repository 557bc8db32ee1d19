"""Ways of delivery: where they go, what they cost by weight, from which value they are free, how long they take."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.forks.money import MoneyField
from shop.shipping import countries


class Method(models.Model):
    """One way of delivery to some countries. The same carrier at another price elsewhere is another row."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=255, blank=True)
    countries = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("countries"),
        default=list,
        blank=True,
        help_text=_("Two-letter codes, separated by commas. Empty: everywhere."),
    )
    free_over = MoneyField(_("free from"), null=True, blank=True, help_text=_("Goods after discounts."))
    days_min = models.PositiveSmallIntegerField(_("working days, at least"), default=1)
    days_max = models.PositiveSmallIntegerField(_("working days, at most"), default=3)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_on = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("way of delivery")
        verbose_name_plural = _("ways of delivery")
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(name="days_are_in_order", condition=Q(days_min__lte=F("days_max")))]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        countries.make_known(self.countries)

    def goes_to(self, country: str) -> bool:
        return not self.countries or country in self.countries


class BandQuerySet(models.QuerySet["Band"]):
    def offered(self) -> Self:
        """Prices of the ways that are on, with their ways, in the merchant's order, the lightest first."""
        rows = self.filter(method__is_on=True).select_related("method")
        return rows.order_by("method__position", "method", F("up_to_g").asc(nulls_last=True))


class Band(models.Model):
    """The price up to a weight."""

    method = models.ForeignKey(Method, related_name="bands", on_delete=models.CASCADE)
    up_to_g = models.PositiveIntegerField(_("up to grams"), null=True, blank=True, help_text=_("Empty: any weight."))
    price = MoneyField(_("price"))

    objects = BandQuerySet.as_manager()

    class Meta:
        verbose_name = _("price by weight")
        verbose_name_plural = _("prices by weight")
        ordering = ["up_to_g"]
        constraints = [
            models.UniqueConstraint(name="one_price_per_weight", fields=["method", "up_to_g"], nulls_distinct=False),
            models.CheckConstraint(name="delivery_price_is_not_negative", condition=Q(price__gte=0)),
        ]

    def __str__(self) -> str:
        return f"≤ {self.up_to_g} g" if self.up_to_g else "∞"

    def holds(self, weight_g: int) -> bool:
        return self.up_to_g is None or weight_g <= self.up_to_g
