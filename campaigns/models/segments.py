"""Groups of customers that somebody described by rules."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def everybody() -> dict[str, Any]:
    """Rules without a condition."""
    return {"match": "all", "groups": []}


class Segment(models.Model):
    """Customers of whom some rules are true: nobody is put in or taken out by hand, so it is never out of date."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of those the shop brings along."),
    )
    description = models.CharField(_("what for"), max_length=300, blank=True)
    rules = models.JSONField(_("rules"), default=everybody)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        related_name="+",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
