"""One letter to many, once: when, to whom, and what became of it for each of them."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.letters import Letter
from campaigns.models.segments import Segment
from shop.customers.models import Consent, Customer
from shop.mail.models import Message


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def scheduled(self) -> Self:
        return self.filter(state=Newsletter.State.SCHEDULED)

    def sending(self) -> Self:
        return self.filter(state=Newsletter.State.SENDING)


class Newsletter(models.Model):
    """A letter on its way to segments. What it says and to whom is fixed when it is approved and when it begins."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        SENDING = "sending", _("being sent")
        PAUSED = "paused", _("paused")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("cancelled")

    name = models.CharField(_("name"), max_length=120, help_text=_("For you, and in the addresses of its links."))
    letter = models.ForeignKey(Letter, verbose_name=_("letter"), related_name="newsletters", on_delete=models.PROTECT)
    segments = models.ManyToManyField(
        Segment, verbose_name=_("to"), related_name="newsletters_to", help_text=_("Whoever is in one of these segments …")
    )
    without = models.ManyToManyField(
        Segment,
        verbose_name=_("but not to"),
        related_name="newsletters_without",
        blank=True,
        help_text=_("… and in none of these. Only people who subscribed get it in any case."),
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Consent.Topic, default=Consent.Topic.NEWS, editable=False)
    held_out_percent = models.DecimalField(
        _("held out, per cent"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(10),
        validators=[MinValueValidator(0), MaxValueValidator(50)],
        help_text=_("So many get nothing, chosen by chance: what they buy less is what the newsletter was worth."),
    )
    per_minute = models.PositiveIntegerField(
        _("at most, a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as fast as the mail server takes them. A new domain should begin slowly."),
    )
    send_on = models.DateField(_("on"), null=True, blank=True)
    send_at = models.TimeField(_("at"), null=True, blank=True)
    in_own_time = models.BooleanField(
        _("at each person's own time"), default=False, help_text=_("9:00 is then 9:00 wherever somebody lives.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    content = models.JSONField(_("what was approved"), default=dict, blank=True, editable=False)
    paced_until = models.DateTimeField(_("written for until"), null=True, blank=True, editable=False)
    left_out = models.JSONField(_("left out when it began"), default=dict, blank=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        related_name="+",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        related_name="+",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    began_at = models.DateTimeField(_("began"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-pk"]
        permissions = [("approve_newsletter", "Can approve newsletters")]
        constraints = [
            models.CheckConstraint(
                name="scheduled_for_a_moment", condition=~Q(state="scheduled") | Q(send_on__isnull=False, send_at__isnull=False)
            ),
            models.CheckConstraint(name="pace_is_a_pace", condition=Q(per_minute__isnull=True) | Q(per_minute__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def says(self) -> dict[str, object]:
        """What it says: what was approved, else what the letter says now."""
        return self.content or self.letter.content


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def waiting(self, now: datetime | None = None) -> Self:
        """Those whose message is still to be written, and whose time has come if `now` is given."""
        rows = self.filter(outcome=Recipient.Outcome.WAITING)
        return rows.filter(due_at__lte=now) if now else rows

    def written_to(self) -> Self:
        """The arm that was meant to get it, whatever came of the message."""
        return self.filter(arm=Recipient.Arm.MAIL)

    def held_out(self) -> Self:
        """The arm that gets nothing, to compare with."""
        return self.filter(arm=Recipient.Arm.HELD_OUT)


class Recipient(models.Model):
    """One person of the frozen audience of a newsletter: a message, or the reason why not."""

    class Arm(models.TextChoices):
        MAIL = "mail", _("gets it")
        HELD_OUT = "held_out", _("held out")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waits for its time")
        WRITTEN = "written", _("message written")
        REFUSED = "refused", _("not written")
        HELD_OUT = "held_out", _("held out")

    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), related_name="recipients", on_delete=models.CASCADE
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), related_name="newsletter_recipients", on_delete=models.CASCADE
    )
    arm = models.CharField(_("arm"), max_length=8, choices=Arm, default=Arm.MAIL)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(_("why not"), max_length=255, blank=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    message = models.OneToOneField(
        Message,
        verbose_name=_("message"),
        related_name="newsletter_recipient",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    frozen_at = models.DateTimeField(_("chosen"), default=timezone.now)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [models.UniqueConstraint(name="a_newsletter_reaches_a_person_once", fields=["newsletter", "customer"])]
        indexes = [
            models.Index(name="recipients_waiting", fields=["newsletter", "due_at", "id"], condition=Q(outcome="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter_id} → {self.customer_id}"


class Slot(models.Model):
    """A moment at which something was to begin, and did: unique, so that two clocks begin it once."""

    what = models.CharField(_("what"), max_length=80, help_text=_("Such as “newsletter:12”."))
    due_at = models.DateTimeField(_("due"))
    taken_at = models.DateTimeField(_("begun"), default=timezone.now)

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [models.UniqueConstraint(name="each_slot_runs_once", fields=["what", "due_at"])]

    def __str__(self) -> str:
        return f"{self.what} {self.due_at:%Y-%m-%d %H:%M}"
