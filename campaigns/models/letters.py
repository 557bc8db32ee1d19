"""What is said to many: a letter of blocks, in every language of the shop."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """Words and pictures that a newsletter or an automation sends. Who sends it keeps a copy (`content`), so that a letter
    may be edited at any time."""

    name = models.CharField(_("name"), max_length=120, help_text=_("For you; customers never see it."))
    subject = models.JSONField(_("subject"), default=dict, blank=True, help_text=_("By language."))
    preheader = models.JSONField(_("preview line"), default=dict, blank=True, help_text=_("By language."))
    blocks = models.JSONField(
        _("blocks"), default=list, blank=True, help_text=_("In their order: id, kind, settings, and texts by language.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        related_name="+",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> dict[str, Any]:
        """A copy of all that it says: what `compiling` reads, and what a newsletter freezes."""
        return {"subject": self.subject, "preheader": self.preheader, "blocks": self.blocks}


class Picture(models.Model):
    """A picture for letters, as every mail program can show it."""

    file = models.ImageField(_("picture"), upload_to="letters/")
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return str(self.file)
