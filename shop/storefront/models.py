"""What the storefront itself remembers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CheckoutDraft(models.Model):
    """What has been typed in the checkout of one basket: survives an error and a closed tab."""

    basket = models.OneToOneField(
        "basket.Basket", verbose_name=_("basket"), related_name="checkout_draft", on_delete=models.CASCADE
    )
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True, db_index=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    data = models.JSONField(_("what was typed"), default=dict)
    updated_at = models.DateTimeField(_("last change"), auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("unfinished checkout")
        verbose_name_plural = _("unfinished checkouts")

    def __str__(self) -> str:
        return self.email or f"#{self.basket_id}"


class LeftBasket(models.Model):
    """A basket that was noted as left behind, as it was then: a change makes it news again."""

    basket = models.OneToOneField("basket.Basket", verbose_name=_("basket"), related_name="left", on_delete=models.CASCADE)
    changed_at = models.DateTimeField(_("last change"), help_text=_("Of the basket, when it was noted."))
    noted_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("basket left behind")
        verbose_name_plural = _("baskets left behind")

    def __str__(self) -> str:
        return f"#{self.basket_id}"


class StockRequest(models.Model):
    """Somebody wants to hear when something that is sold out is back."""

    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), related_name="stock_requests", on_delete=models.CASCADE
    )
    product = models.ForeignKey(
        "catalogue.Product", verbose_name=_("product"), related_name="stock_requests", on_delete=models.CASCADE
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("wish to hear when it is back")
        verbose_name_plural = _("wishes to hear when it is back")
        constraints = [
            models.UniqueConstraint(name="waits_once_for_a_product", fields=["customer", "product"], condition=Q(told_at=None))
        ]
        indexes = [models.Index(name="waiting_for_a_product", fields=["product", "asked_at"], condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.customer} → {self.product}"
