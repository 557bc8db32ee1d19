"""One row for each customer, from which facts are read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.Model):
    """Where a person stands with the shop; worked out anew by `feedback.standings` whenever something of it changes."""

    class Group(models.TextChoices):
        PROMOTER = "promoter", _("promoter")
        PASSIVE = "passive", _("passive")
        DETRACTOR = "detractor", _("detractor")

    customer = models.OneToOneField(
        "customers.Customer", primary_key=True, related_name="feedback_standing", on_delete=models.CASCADE
    )
    nps = models.PositiveSmallIntegerField(_("last recommendation"), null=True, blank=True)
    nps_group = models.CharField(_("NPS group"), max_length=10, choices=Group, null=True, blank=True)
    last_answered_on = models.DateField(_("last answered"), null=True, blank=True)
    open_cases = models.PositiveIntegerField(_("open cases"), default=0)
    reviews = models.PositiveIntegerField(_("reviews"), default=0)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        indexes = [
            models.Index(name="standing_by_nps_group", fields=["nps_group"]),
            models.Index(name="standing_with_cases", fields=["open_cases"], condition=models.Q(open_cases__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)
