"""Ways to pay as the merchant sets them up, and what left the house for an order."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.forks.money import MoneyField


class PaymentMethod(models.Model):
    """How the merchant offers one way to pay. Without a row a way is offered as `shop.payments.providers` says."""

    class Code(models.TextChoices):
        STRIPE = "stripe", _("Card (Stripe)")
        BANK_TRANSFER = "bank_transfer", _("Bank transfer")
        CASH_ON_DELIVERY = "cash_on_delivery", _("Cash on delivery")
        TEST = "test", _("Test payment")

    code = models.CharField(_("way to pay"), max_length=40, choices=Code, unique=True)
    name = models.CharField(_("name at the checkout"), max_length=100, blank=True)
    description = models.CharField(_("description at the checkout"), max_length=255, blank=True)
    instructions = models.TextField(
        _("instructions after the order"), blank=True, help_text=_("E.g. the bank account, for transfers.")
    )
    countries = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("countries"),
        default=list,
        blank=True,
        help_text=_("Two-letter codes, separated by commas. Empty: everywhere."),
    )
    min_total = MoneyField(_("from a total of"), null=True, blank=True)
    max_total = MoneyField(_("up to a total of"), null=True, blank=True)
    surcharge = MoneyField(_("surcharge"), default=0)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_on = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("way to pay")
        verbose_name_plural = _("ways to pay")
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(name="surcharge_is_not_negative", condition=Q(surcharge__gte=0))]

    def __str__(self) -> str:
        return self.name or self.get_code_display()

    def fits(self, total: Decimal, country: str) -> bool:
        """Whether it is offered for an order of this value to this country."""
        return (
            self.is_on
            and (not self.countries or country in self.countries)
            and (self.min_total is None or self.min_total <= total)
            and (self.max_total is None or total <= self.max_total)
        )


class OrderCredit(models.Model):
    """A line below the total: what points or a gift card pay of an order."""

    class State(models.TextChoices):
        HELD = "held", _("put aside")
        SPENT = "spent", _("spent")
        RELEASED = "released", _("given up")

    order = models.ForeignKey("order.Order", related_name="credits", on_delete=models.PROTECT)
    code = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("name on the receipt"), max_length=100)
    amount = MoneyField(_("amount"))
    units = models.PositiveIntegerField(_("units"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)

    class Meta:
        verbose_name = _("credit of an order")
        verbose_name_plural = _("credits of orders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="credit_once_in_an_order", fields=["order", "code"]),
            models.CheckConstraint(name="credit_is_worth_something", condition=Q(amount__gt=0, units__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"


class CreditShare(models.Model):
    """What a credit paid of one line, fixed when the order was placed; without a line: of delivery and surcharges."""

    credit = models.ForeignKey(OrderCredit, related_name="shares", on_delete=models.CASCADE)
    line = models.ForeignKey("order.Line", related_name="credit_shares", null=True, on_delete=models.PROTECT)
    amount = MoneyField(_("amount"))
    units = models.PositiveIntegerField(_("units"))
    returned_amount = MoneyField(_("given back or about to be"), default=0)
    returned_units = models.PositiveIntegerField(_("units given back or about to be"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="line_once_in_a_credit", fields=["credit", "line"], nulls_distinct=False),
            models.CheckConstraint(name="credit_share_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="credit_goes_back_once",
                condition=Q(returned_amount__gte=0, returned_amount__lte=F("amount"), returned_units__lte=F("units")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}, {self.units}"


class Shipment(models.Model):
    """One parcel of an order."""

    order = models.ForeignKey("order.Order", related_name="shipments", on_delete=models.PROTECT)
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    tracking_code = models.CharField(_("tracking code"), max_length=100, blank=True)
    tracking_url = models.URLField(_("tracking page"), blank=True)
    shipped_at = models.DateTimeField(_("shipped"), auto_now_add=True)

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.tracking_code or f"#{self.pk}"


class ShipmentLine(models.Model):
    """Units of an order line in a parcel."""

    shipment = models.ForeignKey(Shipment, related_name="lines", on_delete=models.CASCADE)
    line = models.ForeignKey("order.Line", related_name="shipment_lines", on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField(_("units"))

    class Meta:
        constraints = [
            models.UniqueConstraint(name="line_once_in_a_parcel", fields=["shipment", "line"]),
            models.CheckConstraint(name="parcel_has_units", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line_id}"
