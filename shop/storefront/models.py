"""What the storefront itself remembers."""

from django.db import models
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
