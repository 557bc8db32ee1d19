"""What the buyers are like and what is to be expected of them, drawn anew each night."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.forks.money import MoneyField


class Group(models.TextChoices):
    """Six kinds of buyers by how lately, how often and for how much they bought."""

    CHAMPIONS = "champions", _("Champions")
    LOYAL = "loyal", _("Loyal")
    RECENT = "recent", _("Recent")
    NEEDS_ATTENTION = "needs_attention", _("Needs attention")
    AT_RISK = "at_risk", _("At risk")
    DORMANT = "dormant", _("Dormant")


class Portrait(models.Model):
    """A buyer's place among the others, from 1 to 5 each, and the year ahead. Written by `analytics.portraits` only.

    The forecast is empty where the shop has too few returning customers for one.
    """

    customer = models.OneToOneField(
        "customers.Customer", primary_key=True, related_name="analytics_portrait", on_delete=models.CASCADE
    )
    recency = models.PositiveSmallIntegerField(_("how lately"))
    frequency = models.PositiveSmallIntegerField(_("how often"))
    monetary = models.PositiveSmallIntegerField(_("for how much"))
    weight = models.GeneratedField(
        verbose_name=_("how often and for how much"),
        expression=(F("frequency") + F("monetary")) / 2,
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    group = models.CharField(_("group"), max_length=16, choices=Group, db_index=True)
    group_before = models.CharField(
        _("group at the end of last month"), max_length=16, choices=Group, blank=True, help_text=_("Empty for new customers.")
    )
    chance_active = models.DecimalField(
        _("chance to be active"), max_digits=5, decimal_places=1, null=True, help_text=_("In per cent.")
    )
    orders_ahead = models.DecimalField(_("orders expected in a year"), max_digits=9, decimal_places=2, null=True)
    value_ahead = MoneyField(_("spend expected in a year"), null=True)
    value_low = MoneyField(_("at least"), null=True, help_text=_("Four of five such people spend between the two."))
    value_high = MoneyField(_("at most"), null=True)
    drawn_on = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("portrait of a buyer")
        verbose_name_plural = _("kinds of buyers")
        constraints = [
            models.CheckConstraint(
                name="scores_are_one_to_five",
                condition=Q(recency__range=(1, 5), frequency__range=(1, 5), monetary__range=(1, 5)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.recency}{self.frequency}{self.monetary} {self.group}"


class Forecasting(models.Model):
    """The models of one night: what was fitted to how many, so that a number can be explained."""

    drawn_on = models.DateField(_("as of"), primary_key=True)
    buyers = models.PositiveIntegerField(_("buyers"))
    returning = models.PositiveIntegerField(_("of them bought again"))
    buying = models.JSONField(_("BG/NBD"), default=dict, help_text=_("r, alpha, a, b and log_likelihood; times in weeks."))
    spending = models.JSONField(_("Gamma-Gamma"), default=dict, help_text=_("p, q and gamma."))
    orders_ahead = models.DecimalField(_("orders expected in a year"), max_digits=12, decimal_places=1, null=True)
    value_ahead = MoneyField(_("spend expected in a year"), null=True)
    value_low = MoneyField(_("at least"), null=True, help_text=_("In four of five years it would be between the two."))
    value_high = MoneyField(_("at most"), null=True)
    backtest = models.JSONField(
        _("looking back"), default=dict, help_text=_("Fitted to what was known a year before, against what came.")
    )
    problem = models.CharField(_("why there is no forecast"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecast")
        ordering = ["-drawn_on"]

    def __str__(self) -> str:
        return str(self.drawn_on)
