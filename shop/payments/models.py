"""What was tried, paid and given back; and the ledger of the test provider."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.forks.money import MoneyField


class AttemptQuerySet(models.QuerySet["PaymentAttempt"]):
    def open(self) -> Self:
        """Attempts that a provider may still turn into money."""
        return self.filter(state__in=PaymentAttempt.OPEN)

    def open_since(self, moment: datetime) -> Self:
        """Open ones begun before `moment`."""
        return self.open().filter(created_at__lt=moment)


class PaymentAttempt(models.Model):
    """One try to be paid for an order. `key` is what makes the provider do a thing once, however often it is asked."""

    class State(models.TextChoices):
        NEW = "new", _("about to ask the provider")
        PENDING = "pending", _("with the provider")
        WAITING = "waiting", _("paid later, outside the shop")
        CAPTURED = "captured", _("paid")
        DECLINED = "declined", _("declined")
        CLOSED = "closed", _("given up")
        SURPLUS = "surplus", _("paid too late or twice, goes back")

    OPEN = (State.NEW, State.PENDING)

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey("order.Order", related_name="attempts", on_delete=models.PROTECT)
    provider = models.CharField(_("provider"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    refunded = MoneyField(_("given back or about to be"), default=0)
    reference = models.CharField(_("provider's reference"), max_length=255, blank=True)
    charge = models.CharField(_("provider's charge"), max_length=255, blank=True)
    redirect_url = models.URLField(_("provider's page"), max_length=2000, blank=True)
    return_path = models.CharField(max_length=500, blank=True)
    error = models.CharField(_("what the provider said"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment attempt")
        verbose_name_plural = _("payment attempts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="one_payment_per_order", fields=["order"], condition=Q(state="captured")),
            models.UniqueConstraint(
                name="one_open_attempt_per_order", fields=["order"], condition=Q(state__in=["new", "pending", "waiting"])
            ),
            models.UniqueConstraint(
                name="provider_reference_is_one_attempt", fields=["provider", "reference"], condition=~Q(reference="")
            ),
            models.CheckConstraint(name="refunds_within_the_payment", condition=Q(refunded__gte=0, refunded__lte=F("amount"))),
        ]
        indexes = [models.Index(name="open_attempts", fields=["created_at"], condition=Q(state__in=["new", "pending"]))]

    def __str__(self) -> str:
        return f"{self.provider} {self.amount} {self.currency}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def refundable(self) -> Decimal:
        """What may still be given back of it."""
        paid = self.state in (self.State.CAPTURED, self.State.SURPLUS)
        return self.amount - self.refunded if paid else Decimal(0)


class Refund(models.Model):
    """Money that goes back, reserved first and asked of the provider after."""

    class State(models.TextChoices):
        PENDING = "pending", _("about to be given back")
        DONE = "done", _("given back")
        FAILED = "failed", _("refused by the provider")

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey("order.Order", related_name="refunds", on_delete=models.PROTECT)
    attempt = models.ForeignKey(PaymentAttempt, related_name="refunds", on_delete=models.PROTECT)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    amount = MoneyField(_("amount of money"))
    credited = MoneyField(_("given back as credits"), default=0)
    shipping = MoneyField(_("of both for delivery and surcharges"), default=0)
    reason = models.CharField(_("reason"), max_length=255)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL)
    restock = models.BooleanField(_("units go back into stock"), default=True)
    reference = models.CharField(_("provider's reference"), max_length=255, blank=True)
    error = models.CharField(_("what the provider said"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    done_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="refund_is_not_negative", condition=Q(amount__gte=0, credited__gte=0, shipping__gte=0))
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.attempt.currency}"


class RefundCredit(models.Model):
    """What goes back as points or onto a gift card, of the share that these paid of a line."""

    refund = models.ForeignKey(Refund, related_name="credits", on_delete=models.CASCADE)
    share = models.ForeignKey("orders.CreditShare", related_name="refund_credits", on_delete=models.PROTECT)
    amount = MoneyField(_("amount"))
    units = models.PositiveIntegerField(_("units"))

    class Meta:
        constraints = [
            models.UniqueConstraint(name="share_once_in_a_refund", fields=["refund", "share"]),
            models.CheckConstraint(name="refund_credit_is_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount}, {self.units}"


class RefundLine(models.Model):
    """Units of an order line that are given back, for what they were sold for (in money and in credits)."""

    refund = models.ForeignKey(Refund, related_name="lines", on_delete=models.CASCADE)
    line = models.ForeignKey("order.Line", related_name="refund_lines", on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField(_("units"))
    amount = MoneyField(_("amount"))
    came_back = models.PositiveIntegerField(default=0, editable=False)  # of them to go into stock

    class Meta:
        constraints = [
            models.UniqueConstraint(name="line_once_in_a_refund", fields=["refund", "line"]),
            models.CheckConstraint(name="refund_line_has_units", condition=Q(quantity__gte=1, amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line_id}"


class WebhookEvent(models.Model):
    """A verified call of a provider. Its id is unique, so a repeated one counts once."""

    provider = models.CharField(_("provider"), max_length=40)
    event_id = models.CharField(_("provider's id"), max_length=255)
    kind = models.CharField(_("kind"), max_length=100)
    attempt_key = models.UUIDField(null=True)
    reference = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied"), null=True)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="webhook_counts_once", fields=["provider", "event_id"])]
        indexes = [models.Index(name="webhooks_to_apply", fields=["received_at"], condition=Q(applied_at=None))]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"


class TestCharge(models.Model):
    """The test provider's own books: what it took, or gave back when `amount` is negative. Nothing else writes here."""

    key = models.UUIDField(unique=True)  # of the attempt or the refund
    charge_key = models.UUIDField(db_index=True)  # of the attempt, for both
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    visible_at = models.DateTimeField()  # a provider may know it and not say so yet
    created_at = models.DateTimeField(auto_now_add=True)

    __test__ = False  # pytest: this is no test

    class Meta:
        verbose_name = _("test charge")
        verbose_name_plural = _("test charges")

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class TestSession(models.Model):
    """A payment page of the test provider: open, declined or closed; paid is what the books say."""

    key = models.UUIDField(unique=True)
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    declined = models.CharField(max_length=255, blank=True)
    is_closed = models.BooleanField(default=False)

    __test__ = False

    class Meta:
        verbose_name = _("test payment page")
        verbose_name_plural = _("test payment pages")

    def __str__(self) -> str:
        return str(self.key)
