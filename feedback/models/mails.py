"""Mails that came in: which ones were seen, and the files that came with them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReceivedMail(models.Model):
    """One mail that a provider handed over. It may hand it over ten times: the row stands once, and with it what follows."""

    class Outcome(models.TextChoices):
        JOINED = "joined", _("added to its conversation")
        OPENED = "opened", _("a new conversation")
        IGNORED = "ignored", _("ignored")

    key = models.CharField(_("cause"), max_length=64, unique=True, help_text=_("A hash of its Message-ID."))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    why = models.CharField(_("why"), max_length=60, blank=True)
    entry = models.ForeignKey(
        "feedback.Entry", verbose_name=_("entry"), related_name="mails", null=True, blank=True, on_delete=models.CASCADE
    )
    size = models.PositiveIntegerField(_("size"), default=0, help_text=_("Bytes that are kept of it."))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ["-pk"]
        indexes = [models.Index(name="mails_received_lately", fields=["received_at"])]

    def __str__(self) -> str:
        return self.key[:12]


class Enclosure(models.Model):
    """A file that came with something a customer said, or the reason why it was not kept.

    It lies in the database and not among the shop's pictures: those are open to everybody, and this is a letter.
    """

    class Kind(models.TextChoices):
        PICTURE = "image/webp", _("picture")
        PDF = "application/pdf", _("PDF")

    entry = models.ForeignKey(
        "feedback.Entry", verbose_name=_("entry"), related_name="enclosures", on_delete=models.CASCADE
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, blank=True)
    content = models.BinaryField(null=True, blank=True)
    size = models.PositiveIntegerField(_("size"), default=0)
    why_not = models.CharField(_("why it was not kept"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="kept_or_a_reason",
                condition=Q(content__isnull=False, why_not="") & ~Q(kind="") | Q(content=None, kind="") & ~Q(why_not=""),
            )
        ]

    def __str__(self) -> str:
        return self.name
