"""How a person and our mail get along, in one row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.customers.models import Customer


class Engagement(models.Model):
    """A summary that can be worked out again at any time (`campaigns.engagement`)."""

    customer = models.OneToOneField(Customer, related_name="campaigns_engagement", on_delete=models.CASCADE)
    subscribed_at = models.DateTimeField(_("subscribed"), null=True, blank=True, help_text=_("To news; empty: not subscribed."))
    last_mail_at = models.DateTimeField(_("last marketing mail"), null=True, blank=True)
    last_click_at = models.DateTimeField(_("last click"), null=True, blank=True)
    mails_30_days = models.PositiveIntegerField(_("marketing mails in 30 days"), default=0)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")

    def __str__(self) -> str:
        return str(self.customer_id)
