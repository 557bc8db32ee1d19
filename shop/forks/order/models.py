"""Oscar's orders: each belongs to a person, comes from one basket and can be found by its buyer without an account."""

import uuid
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.abstract_models import (
    AbstractLine,
    AbstractLinePrice,
    AbstractOrder,
    AbstractOrderDiscount,
    AbstractOrderLineDiscount,
    AbstractOrderNote,
    AbstractSurcharge,
)

from shop.forks.money import MoneyField


class OrderQuerySet(models.QuerySet["Order"]):
    def lock_for(self, order: "Order") -> "Order":
        """The same order as it is now, locked until the transaction ends. Always locked before its payment attempts."""
        return self.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=order.pk)

    def standing(self) -> Self:
        """Without those that came to nothing: given up, or cancelled after they were paid. What was sent back was bought."""
        shipped = Line.objects.filter(order=OuterRef("pk"), quantity_shipped__gt=0)
        return self.exclude(status="cancelled").exclude(~Exists(shipped), status="refunded")


class Order(AbstractOrder):
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), related_name="orders", null=True, on_delete=models.PROTECT
    )
    token = models.UUIDField(_("key of the order page"), default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    payment_code = models.CharField(_("way to pay"), max_length=40, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    tax_is_added = models.BooleanField(
        _("tax is added"), default=False, help_text=_("Its buyer was shown prices without tax, and the tax below them.")
    )
    total_incl_tax = MoneyField(_("total"))
    total_excl_tax = MoneyField(_("total without tax"))
    credit_total = MoneyField(_("of it paid with credits"), default=0, editable=False)
    shipping_incl_tax = MoneyField(_("delivery"), default=0)
    shipping_excl_tax = MoneyField(_("delivery without tax"), default=0)

    objects = OrderQuerySet.as_manager()

    class Meta(AbstractOrder.Meta):
        constraints = [
            models.UniqueConstraint(name="one_order_per_basket", fields=["basket"]),
            models.CheckConstraint(name="order_total_is_not_negative", condition=Q(total_incl_tax__gte=0)),
            models.CheckConstraint(
                name="credits_within_the_order", condition=Q(credit_total__gte=0, credit_total__lte=F("total_incl_tax"))
            ),
        ]

    @property
    def due(self) -> Decimal:
        """What has to be paid in money: the total less what credits pay."""
        return Decimal(self.total_incl_tax - self.credit_total)

    @property
    def email(self) -> str:
        """The address typed at the checkout: an account that changes its address later does not change its orders."""
        return self.guest_email or (self.user.email if self.user else "")


class Line(AbstractLine):
    line_price_incl_tax = MoneyField(_("paid for the line"))
    line_price_excl_tax = MoneyField(_("paid for the line, without tax"))
    line_price_before_discounts_incl_tax = MoneyField(_("before discounts"))
    line_price_before_discounts_excl_tax = MoneyField(_("before discounts, without tax"))
    unit_price_incl_tax = MoneyField(_("unit price"), null=True, blank=True)
    unit_price_excl_tax = MoneyField(_("unit price without tax"), null=True, blank=True)
    quantity_shipped = models.PositiveIntegerField(_("shipped"), default=0, editable=False)
    quantity_cancelled = models.PositiveIntegerField(_("cancelled"), default=0, editable=False)
    quantity_refunded = models.PositiveIntegerField(_("refunded"), default=0, editable=False)

    class Meta(AbstractLine.Meta):
        constraints = [
            models.CheckConstraint(
                name="units_are_shipped_or_cancelled_once",
                condition=Q(quantity__gte=F("quantity_shipped") + F("quantity_cancelled")),
            ),
            models.CheckConstraint(name="units_are_refunded_once", condition=Q(quantity__gte=F("quantity_refunded"))),
            models.CheckConstraint(
                name="units_held_are_still_here",
                condition=Q(num_allocated__lte=F("quantity") - F("quantity_shipped") - F("quantity_cancelled")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def to_ship(self) -> int:
        """Units that still have to leave the house."""
        return int(self.quantity - self.quantity_shipped - self.quantity_cancelled)


class LinePrice(AbstractLinePrice):
    price_incl_tax = MoneyField(_("price"))
    price_excl_tax = MoneyField(_("price without tax"))
    shipping_incl_tax = MoneyField(default=0)
    shipping_excl_tax = MoneyField(default=0)


class OrderDiscount(AbstractOrderDiscount):
    amount = MoneyField(_("amount"), default=0)

    class Meta(AbstractOrderDiscount.Meta):
        indexes = [models.Index(name="orders_by_offer", fields=["offer_id"])]


class OrderLineDiscount(AbstractOrderLineDiscount):
    amount = MoneyField(_("amount"), default=0)


class OrderNote(AbstractOrderNote):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL)


class Surcharge(AbstractSurcharge):
    incl_tax = MoneyField(_("amount"), default=0)
    excl_tax = MoneyField(_("amount without tax"), default=0)


from oscar.apps.order.models import (  # noqa: E402  Oscar skips the models that stand above
    BillingAddress,
    CommunicationEvent,
    LineAttribute,
    OrderStatusChange,
    PaymentEvent,
    PaymentEventType,
    ShippingAddress,
    ShippingEvent,
    ShippingEventQuantity,
    ShippingEventType,
)

__all__ = [
    "BillingAddress",
    "CommunicationEvent",
    "Line",
    "LineAttribute",
    "LinePrice",
    "Order",
    "OrderDiscount",
    "OrderLineDiscount",
    "OrderNote",
    "OrderStatusChange",
    "PaymentEvent",
    "PaymentEventType",
    "ShippingAddress",
    "ShippingEvent",
    "ShippingEventQuantity",
    "ShippingEventType",
    "Surcharge",
]
