"""Links of marketing mails, who followed them, and what was bought then."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.forks.order.models import Order
from shop.mail.models import Message, Sheet


class Link(models.Model):
    """An address that a sheet leads to. Only these are ever redirected to."""

    sheet = models.ForeignKey(Sheet, verbose_name=_("sheet"), related_name="links", on_delete=models.CASCADE)
    url = models.URLField(_("address"), max_length=1000)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [models.UniqueConstraint(name="a_sheet_has_an_address_once", fields=["sheet", "url"])]

    def __str__(self) -> str:
        return self.url


class Hit(models.Model):
    """Somebody or something opened a link a moment ago. Judged within a minute or so, and then gone."""

    message = models.ForeignKey(Message, related_name="hits", on_delete=models.CASCADE)
    link = models.ForeignKey(Link, related_name="hits", null=True, on_delete=models.CASCADE, help_text="Empty: the hidden one")
    is_machine = models.BooleanField(default=False, help_text="It said so itself, or did what people do not")
    happened_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.message_id} → {self.link_id}"


class Click(models.Model):
    """A link that was followed. Rows are only ever added. Whose it was is known of people who agreed to statistics."""

    class By(models.TextChoices):
        HUMAN = "human", _("a person")
        MACHINE = "machine", _("a scanner or a robot")

    sheet = models.ForeignKey(Sheet, verbose_name=_("sheet"), related_name="clicks", on_delete=models.CASCADE)
    link = models.ForeignKey(Link, verbose_name=_("link"), related_name="clicks", null=True, on_delete=models.CASCADE)
    message = models.ForeignKey(
        Message, verbose_name=_("message"), related_name="clicks", null=True, blank=True, on_delete=models.SET_NULL
    )
    by = models.CharField(_("by"), max_length=8, choices=By)
    happened_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        indexes = [
            models.Index(name="clicks_of_a_sheet", fields=["sheet", "by"]),
            models.Index(name="clicks_of_a_message", fields=["message", "-happened_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.happened_at:%Y-%m-%d %H:%M}"


class Attribution(models.Model):
    """The message whose link a buyer had followed last, at most five days before the order."""

    order = models.OneToOneField(Order, verbose_name=_("order"), related_name="campaigns_attribution", on_delete=models.CASCADE)
    message = models.ForeignKey(Message, verbose_name=_("message"), related_name="attributions", on_delete=models.CASCADE)
    clicked_at = models.DateTimeField(_("clicked"))

    class Meta:
        verbose_name = _("attributed order")
        verbose_name_plural = _("attributed orders")

    def __str__(self) -> str:
        return f"{self.order_id} ← {self.message_id}"
