"""What can happen here: every event of the shop and of its apps, on one page.

An event carries ids and amounts, never names or addresses, so that erasing a person leaves the log whole. Amounts are
decimal strings in the currency that stands beside them. `by` names who records it.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses of JSON values."""

    kind: ClassVar[str]
    by: ClassVar[str]


@dataclass(frozen=True)
class CustomerRegistered(Event):
    """An account was opened."""

    kind: ClassVar[str] = "customer.registered"
    by: ClassVar[str] = "shop.customers"


@dataclass(frozen=True)
class EmailConfirmed(Event):
    """The address was shown to be the person's own."""

    kind: ClassVar[str] = "customer.email_confirmed"
    by: ClassVar[str] = "shop.customers"


@dataclass(frozen=True)
class ConsentGiven(Event):
    topic: str
    channel: str
    kind: ClassVar[str] = "customer.consent_given"
    by: ClassVar[str] = "shop.customers"


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    topic: str
    channel: str
    kind: ClassVar[str] = "customer.consent_withdrawn"
    by: ClassVar[str] = "shop.customers"


@dataclass(frozen=True)
class OrderPlaced(Event):
    """An order was written and everything scarce in it reserved; payment may still be due."""

    order_id: int
    number: str
    total: str
    currency: str
    kind: ClassVar[str] = "order.placed"
    by: ClassVar[str] = "shop.orders"


@dataclass(frozen=True)
class OrderPaid(Event):
    order_id: int
    number: str
    total: str
    currency: str
    kind: ClassVar[str] = "order.paid"
    by: ClassVar[str] = "shop.orders"


@dataclass(frozen=True)
class OrderShipped(Event):
    """Some or all units left the house."""

    order_id: int
    number: str
    line_quantities: dict[str, int]
    kind: ClassVar[str] = "order.shipped"
    by: ClassVar[str] = "shop.orders"


@dataclass(frozen=True)
class OrderDelivered(Event):
    order_id: int
    number: str
    kind: ClassVar[str] = "order.delivered"
    by: ClassVar[str] = "shop.orders"


@dataclass(frozen=True)
class OrderCancelled(Event):
    """The order will not be fulfilled; what it reserved is free again."""

    order_id: int
    number: str
    reason: str
    kind: ClassVar[str] = "order.cancelled"
    by: ClassVar[str] = "shop.orders"


@dataclass(frozen=True)
class OrderRefunded(Event):
    """Money went back: `amount` of it, for these units of these lines."""

    order_id: int
    number: str
    refund_id: int
    amount: str
    currency: str
    line_quantities: dict[str, int]
    kind: ClassVar[str] = "order.refunded"
    by: ClassVar[str] = "shop.payments"


@dataclass(frozen=True)
class ReviewWritten(Event):
    review_id: int
    product_id: int
    score: int
    kind: ClassVar[str] = "review.written"
    by: ClassVar[str] = "shop.storefront"


@dataclass(frozen=True)
class MailSuppressed(Event):
    """The address takes no more mail: bounced for good, complained, or was blocked by staff."""

    reason: str
    kind: ClassVar[str] = "mail.suppressed"
    by: ClassVar[str] = "shop.mail"
