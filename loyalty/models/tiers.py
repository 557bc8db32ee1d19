"""The steps that customers climb."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.forks.money import MoneyField


class Tier(models.Model):
    """A step that is reached by what somebody spends on goods within twelve months."""

    name = models.CharField(_("name"), max_length=60)
    perks = models.TextField(
        _("what else it brings"), blank=True, help_text=_("One perk a line, as shoppers read it: what staff do by hand.")
    )
    threshold = MoneyField(
        _("from"), unique=True, validators=[MinValueValidator(Decimal(0))], help_text=_("Spent on goods within 12 months.")
    )
    multiplier = models.DecimalField(
        _("points, times"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(100))],
    )
    has_free_delivery = models.BooleanField(_("free delivery"), default=False)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["threshold"]
        constraints = [
            models.CheckConstraint(name="a_tier_costs_nothing_less", condition=Q(threshold__gte=0)),
            models.CheckConstraint(name="a_tier_multiplies", condition=Q(multiplier__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name
