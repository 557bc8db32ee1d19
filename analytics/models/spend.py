"""What the merchant paid to be found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analytics.models.sales import Channel
from shop.forks.money import MoneyField


class Spend(models.Model):
    """Money spent on one channel on one day; campaigns of a day are rows of their own."""

    day = models.DateField(_("day"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    amount = MoneyField(_("amount"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), related_name="+", null=True, editable=False, on_delete=models.SET_NULL
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("spend")
        verbose_name_plural = _("spend")
        ordering = ["-day", "channel", "campaign"]
        constraints = [
            models.UniqueConstraint(name="spend_once_a_day", fields=["day", "channel", "campaign"]),
            models.CheckConstraint(name="spend_is_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_channel_display()} {self.amount}"
