"""Every message to a customer is a row here first."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self) -> Self:
        """Messages that may leave now, oldest first."""
        return self.filter(state=Message.State.QUEUED, due_at__lte=timezone.now()).order_by("due_at", "pk")

    def needed(self) -> Self:
        """Mail that an order or an account needs: sent whatever the person subscribed to, and never lost."""
        return self.filter(topic="")

    def overdue(self, limit: timedelta) -> Self:
        """What should have left `limit` ago: nothing, while a sender runs."""
        moment = timezone.now() - limit
        return self.filter(
            Q(state=Message.State.QUEUED, due_at__lt=moment) | Q(state=Message.State.SENDING, claimed_at__lt=moment)
        )


class Message(models.Model):
    """One message to one person, or the logged reason why it was not sent."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("handed to the mail provider")
        DELIVERED = "delivered", _("delivered")
        UNCERTAIN = "uncertain", _("uncertain: the sender died while sending")
        BOUNCED = "bounced", _("bounced")
        FAILED = "failed", _("refused by the mail provider")
        WITHHELD = "withheld", _("not sent")

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        related_name="messages",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    to_address = models.EmailField(_("to"), max_length=254, blank=True)
    kind = models.CharField(_("kind"), max_length=60, help_text=_("Which template, e.g. “order_placed”."))
    key = models.CharField(_("cause"), max_length=120, help_text=_("The same cause writes one message only."))
    topic = models.CharField(_("topic"), max_length=20, blank=True, help_text=_("Empty for mail the order or account needs."))
    language = models.CharField(_("language"), max_length=10, default="en")
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    attachments = models.JSONField(
        _("attachments"), default=list, blank=True, help_text=_("A list of name, type and base64 content.")
    )
    is_secret = models.BooleanField(
        _("carries a key"), default=False, help_text=_("A link that opens an account: the text is removed once it was sent.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField(_("why not, or what the provider said"), max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    started_at = models.DateTimeField(_("handing over began"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    provider_id = models.CharField(_("provider's id"), max_length=255, blank=True, db_index=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="one_message_per_cause", fields=["kind", "key"])]
        indexes = [
            models.Index(name="queued_messages", fields=["due_at"], condition=Q(state="queued")),
            models.Index(name="messages_being_sent", fields=["claimed_at"], condition=Q(state="sending")),
            models.Index(name="messages_of_an_address", fields=["to_address", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_address}"


class Suppression(models.Model):
    """An address that takes no marketing mail, whoever asks. Kept as a keyed hash so that it survives erasure."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce", _("bounced for good")
        COMPLAINT = "complaint", _("complained")
        STAFF = "staff", _("blocked by staff")
        ERASED = "erased", _("erased on request")

    address_hash = models.CharField(_("keyed hash of the address"), max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    happened_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.address_hash[:12]


class ProviderEvent(models.Model):
    """A webhook call of the mail provider; unique, so that a repeated one counts once."""

    provider = models.CharField(_("provider"), max_length=30)
    event_id = models.CharField(_("event"), max_length=255)
    kind = models.CharField(_("kind"), max_length=30)
    message = models.ForeignKey(
        Message, verbose_name=_("message"), null=True, related_name="provider_events", on_delete=models.SET_NULL
    )
    data = models.JSONField(_("data"), default=dict)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        constraints = [models.UniqueConstraint(name="provider_event_counts_once", fields=["provider", "event_id"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.event_id}"
