"""Every message to a customer is a row here first."""

import uuid
from datetime import time
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
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

    def marketing(self) -> Self:
        """What people get because they subscribed."""
        return self.exclude(topic="")


class Sheet(models.Model):
    """What many messages share: words with gaps, which each message fills with its own values. Never changed once written."""

    key = models.CharField(_("cause"), max_length=120, unique=True, help_text=_("The same cause writes one sheet only."))
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")

    def __str__(self) -> str:
        return self.key


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
        HELD = "held", _("held back until somebody resumes")

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
    sheet = models.ForeignKey(
        Sheet, verbose_name=_("sheet"), related_name="messages", null=True, blank=True, editable=False, on_delete=models.PROTECT
    )
    values = models.JSONField(
        _("values"),
        default=dict,
        blank=True,
        help_text=_("What fills the gaps of the sheet; subject, text and HTML are there."),
    )
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
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=0, help_text=_("Who goes first when a person has had enough; 0: what its topic says.")
    )
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    expires_at = models.DateTimeField(
        _("of no use after"), null=True, blank=True, help_text=_("Empty: a few days after it was written.")
    )
    admitted_at = models.DateTimeField(_("let out"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
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
            # In the order of `due`, so that a claim reads only what it takes, however much marketing waits.
            models.Index(name="queued_needed_messages", fields=["due_at", "id"], condition=Q(state="queued", topic="")),
            models.Index(name="queued_marketing", fields=["due_at", "id"], condition=Q(state="queued") & ~Q(topic="")),
            models.Index(name="messages_of_an_address", fields=["to_address", "-id"]),
            models.Index(name="messages_let_out", fields=["customer", "admitted_at"], condition=Q(admitted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_address}"


class Batch(models.Model):
    """What one sender holds: its messages in their order, and which of them it hands over now. Gone once all are settled."""

    message_ids = ArrayField(models.BigIntegerField(), verbose_name=_("messages"))
    place = models.PositiveSmallIntegerField(_("handing over"), default=0, help_text=_("Counted from 1; 0: none yet."))
    claimed_at = models.DateTimeField(_("claimed"), help_text=_("The same moment as that of its messages."))
    heard_at = models.DateTimeField(_("last heard of"))

    class Meta:
        verbose_name = _("batch of messages")
        verbose_name_plural = _("batches of messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.place}/{len(self.message_ids)}"


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


def free_topics() -> list[str]:
    """What people asked for themselves, thing by thing: it cannot wait a day."""
    return ["stock"]


class Attention(models.Model):
    """How much marketing one person gets, and when: one row, the merchant's settings."""

    per_day = models.PositiveSmallIntegerField(
        _("messages a day"), null=True, blank=True, default=1, validators=[MinValueValidator(1)]
    )
    per_week = models.PositiveSmallIntegerField(
        _("messages in seven days"), null=True, blank=True, default=3, validators=[MinValueValidator(1)]
    )
    quiet_from = models.TimeField(_("quiet from"), default=time(21), help_text=_("Where the customer lives."))
    quiet_until = models.TimeField(_("quiet until"), default=time(8), help_text=_("The same time twice: no quiet hours."))
    patience_days = models.PositiveSmallIntegerField(
        _("days a message may wait"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("After that it is not sent any more, unless it says otherwise itself."),
    )
    free_topics = models.JSONField(
        _("topics outside of the limits"), default=free_topics, blank=True, help_text=_("They neither wait nor count.")
    )

    class Meta:
        verbose_name = _("attention budget")
        verbose_name_plural = _("attention budget")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Preference(models.Model):
    """How often a person wants marketing, in their own words."""

    customer = models.OneToOneField("customers.Customer", related_name="mail_preference", on_delete=models.CASCADE)
    per_week = models.PositiveSmallIntegerField(_("at most in seven days"), null=True, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("wish about mail")
        verbose_name_plural = _("wishes about mail")

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.per_week or '–'}"


class Decision(models.Model):
    """What the gate said about a marketing message, each time it was asked."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("let out")
        DEFERRED = "deferred", _("put off")
        WITHHELD = "withheld", _("not sent")
        EXPIRED = "expired", _("too late")

    message = models.ForeignKey(Message, verbose_name=_("message"), related_name="decisions", on_delete=models.CASCADE)
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        related_name="mail_decisions",
        null=True,
        on_delete=models.PROTECT,
    )
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    reason = models.CharField(_("why"), max_length=255, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    per_day = models.PositiveSmallIntegerField(_("limit a day"), null=True, blank=True)
    per_week = models.PositiveSmallIntegerField(_("limit in seven days"), null=True, blank=True)
    decided_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("decision about a message")
        verbose_name_plural = _("decisions about messages")
        ordering = ["-pk"]
        indexes = [models.Index(name="decisions_about_a_customer", fields=["customer", "-decided_at"])]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} #{self.message_id}"
