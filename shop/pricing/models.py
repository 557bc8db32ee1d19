"""Tax by country."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TaxRate(models.Model):
    """How much tax a country takes: of everything, or of one kind of product. No row means no tax."""

    country = models.CharField(_("country"), max_length=2, help_text=_("Two-letter code."))
    product_class = models.ForeignKey(
        "catalogue.ProductClass",
        verbose_name=_("kind of product"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        help_text=_("Empty: all that have no rate of their own, and delivery."),
    )
    rate = models.DecimalField(_("rate"), max_digits=6, decimal_places=3, help_text=_("Per cent, e.g. 19."))
    is_included = models.BooleanField(
        _("contained in prices"), default=True, help_text=_("Otherwise it is added at the checkout.")
    )

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["country", "product_class"]
        constraints = [
            models.UniqueConstraint(name="one_tax_rate", fields=["country", "product_class"], nulls_distinct=False),
            models.CheckConstraint(name="tax_rate_is_a_percentage", condition=Q(rate__gte=0, rate__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.rate.normalize():f} %"
