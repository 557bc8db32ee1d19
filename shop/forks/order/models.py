"""Oscar's orders: each belongs to a person, comes from one basket and can be found by its buyer without an account."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.abstract_models import AbstractOrder


class Order(AbstractOrder):
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), related_name="orders", null=True, on_delete=models.PROTECT
    )
    token = models.UUIDField(_("key of the order page"), default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en")

    class Meta(AbstractOrder.Meta):
        constraints = [models.UniqueConstraint(name="one_order_per_basket", fields=["basket"])]


from oscar.apps.order.models import (  # noqa: E402  Oscar skips the models that stand above
    BillingAddress,
    CommunicationEvent,
    Line,
    LineAttribute,
    LinePrice,
    OrderDiscount,
    OrderLineDiscount,
    OrderNote,
    OrderStatusChange,
    PaymentEvent,
    PaymentEventType,
    ShippingAddress,
    ShippingEvent,
    ShippingEventQuantity,
    ShippingEventType,
    Surcharge,
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
