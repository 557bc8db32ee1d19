"""What a mail that asks somebody something has in common, whether it asks for a score or for reviews."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AskedQuerySet(models.QuerySet[Any]):
    def due(self, moment: datetime) -> Self:
        """Those whose time has come, the oldest first."""
        return self.filter(state=Asked.State.WAITING, due_at__lte=moment).order_by("due_at", "pk")

    def sent(self) -> Self:
        """Those that went out."""
        return self.filter(state=Asked.State.SENT)


class Asked(models.Model):
    """A row for each time the shop asks; the mail goes out when it is due, or the row says why it did not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("asked")
        WITHHELD = "withheld", _("not asked")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    why_not = models.CharField(_("why not"), max_length=255, blank=True)
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("asked on"), null=True, blank=True)
    expires_at = models.DateTimeField(_("open until"), null=True, blank=True)
    created_at = models.DateTimeField(_("noted"), auto_now_add=True)

    class Meta:
        abstract = True

    @staticmethod
    def waiting_index(name: str) -> models.Index:
        return models.Index(name=name, fields=["due_at"], condition=Q(state="waiting"))

    def is_open(self, moment: datetime) -> bool:
        """Whether it can still be answered."""
        return self.expires_at is None or moment < self.expires_at
