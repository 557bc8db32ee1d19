"""Who came on whose recommendation."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.customers.models import Customer


class Code(models.Model):
    """What stands in a customer's link. After two rows of one person became one, both their links lead to them."""

    customer = models.ForeignKey(Customer, related_name="referral_codes", on_delete=models.CASCADE)
    code = models.CharField(_("code"), max_length=12, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """A new customer's first order that came by somebody's link."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("waits for the return window")
        CHECK = "check", _("to be looked at")
        REWARDED = "rewarded", _("rewarded")
        REFUSED = "refused", _("refused")
        REVERSED = "reversed", _("taken back")

    referrer = models.ForeignKey(Customer, verbose_name=_("recommended by"), related_name="referrals", on_delete=models.PROTECT)
    referee = models.ForeignKey(
        Customer, verbose_name=_("new customer"), related_name="came_by_referrals", on_delete=models.PROTECT
    )
    order = models.OneToOneField(
        "order.Order", verbose_name=_("first order"), related_name="referral", on_delete=models.PROTECT
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ORDERED)
    why = models.CharField(_("why"), max_length=255, blank=True)
    referrer_points = models.PositiveIntegerField(_("points for who recommended"))
    referee_points = models.PositiveIntegerField(_("points for the new customer"))
    min_order = models.DecimalField(_("from an order value of"), max_digits=14, decimal_places=3, default=0)
    made_at = models.DateTimeField(_("ordered"), default=timezone.now)
    rewarded_at = models.DateTimeField(_("rewarded"), null=True, blank=True)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(name="one_reward_per_referee", fields=["referee"]),
            models.CheckConstraint(name="nobody_recommends_to_themselves", condition=~Q(referrer=F("referee"))),
        ]
        indexes = [models.Index(name="referrals_to_reward", fields=["made_at"], condition=Q(state="ordered"))]

    def __str__(self) -> str:
        return f"{self.referrer} → {self.referee}"
