"""What can happen here: every event of the shop and of its apps, on one page.

An event carries ids and amounts, never names or addresses, so that erasing a person leaves the log whole. Amounts are
decimal strings in the currency that stands beside them. `by` names who records it, `label` is what staff read in the
timeline of a customer. A field added later needs a default, because rows of yesterday lack it.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses of JSON values."""

    kind: ClassVar[str]
    by: ClassVar[str]
    label: ClassVar[str]


@dataclass(frozen=True)
class CustomerRegistered(Event):
    """An account was opened."""

    kind: ClassVar[str] = "customer.registered"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Opened an account")


@dataclass(frozen=True)
class EmailConfirmed(Event):
    """The address was shown to be the person's own."""

    kind: ClassVar[str] = "customer.email_confirmed"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Confirmed the e-mail address")


@dataclass(frozen=True)
class EmailChanged(Event):
    """The person moved to another address and showed that it is theirs."""

    kind: ClassVar[str] = "customer.email_changed"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Changed the e-mail address")


@dataclass(frozen=True)
class CustomersMerged(Event):
    """Another row turned out to be the same person; what hung off it hangs off this one now."""

    merged_id: int
    kind: ClassVar[str] = "customer.merged"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Joined with another customer")


@dataclass(frozen=True)
class CustomerErased(Event):
    """The person asked to be forgotten; the row is anonymous from now on."""

    kind: ClassVar[str] = "customer.erased"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Erased on request")


@dataclass(frozen=True)
class ConsentAsked(Event):
    """Somebody ticked the box with this address; the owner of the mailbox has to confirm."""

    consent_id: int
    topic: str
    channel: str
    kind: ClassVar[str] = "customer.consent_asked"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Asked to confirm the subscription")


@dataclass(frozen=True)
class ConsentGiven(Event):
    """A yes that counts from now on."""

    topic: str
    channel: str
    kind: ClassVar[str] = "customer.consent_given"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Agreed")


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    """A no that counts from now on."""

    topic: str
    channel: str
    kind: ClassVar[str] = "customer.consent_withdrawn"
    by: ClassVar[str] = "shop.customers"
    label: ClassVar[str] = _("Withdrew consent")


@dataclass(frozen=True)
class OrderPlaced(Event):
    """An order was written and everything scarce in it reserved; payment may still be due."""

    order_id: int
    number: str
    total: str
    currency: str
    kind: ClassVar[str] = "order.placed"
    by: ClassVar[str] = "shop.orders"
    label: ClassVar[str] = _("Order placed")


@dataclass(frozen=True)
class OrderPaid(Event):
    """The whole total has arrived or is certain to."""

    order_id: int
    number: str
    total: str
    currency: str
    kind: ClassVar[str] = "order.paid"
    by: ClassVar[str] = "shop.orders"
    label: ClassVar[str] = _("Order paid")


@dataclass(frozen=True)
class OrderShipped(Event):
    """Some or all units left the house."""

    order_id: int
    number: str
    line_quantities: dict[str, int]
    shipment_id: int = 0
    kind: ClassVar[str] = "order.shipped"
    by: ClassVar[str] = "shop.orders"
    label: ClassVar[str] = _("Order shipped")


@dataclass(frozen=True)
class OrderDelivered(Event):
    """Everything in the order reached the customer."""

    order_id: int
    number: str
    kind: ClassVar[str] = "order.delivered"
    by: ClassVar[str] = "shop.orders"
    label: ClassVar[str] = _("Order delivered")


@dataclass(frozen=True)
class OrderCancelled(Event):
    """The order will not be fulfilled; what it reserved is free again."""

    order_id: int
    number: str
    reason: str
    kind: ClassVar[str] = "order.cancelled"
    by: ClassVar[str] = "shop.orders"
    label: ClassVar[str] = _("Order cancelled")


@dataclass(frozen=True)
class OrderRefunded(Event):
    """Money went back: `amount` of it, for these units of these lines; and units of credits (points) by their code."""

    order_id: int
    number: str
    refund_id: int
    amount: str
    currency: str
    line_quantities: dict[str, int]
    credit_units: dict[str, int] = field(default_factory=dict)
    kind: ClassVar[str] = "order.refunded"
    by: ClassVar[str] = "shop.payments"
    label: ClassVar[str] = _("Money returned")


@dataclass(frozen=True)
class ReviewWritten(Event):
    """A buyer wrote a review; it may still wait for moderation."""

    review_id: int
    product_id: int
    score: int
    kind: ClassVar[str] = "review.written"
    by: ClassVar[str] = "shop.storefront"
    label: ClassVar[str] = _("Review written")


@dataclass(frozen=True)
class BasketLeft(Event):
    """A basket with something in it has not been touched for an hour, and the shop knows whose it is."""

    basket_id: int
    items: int
    total: str
    currency: str
    kind: ClassVar[str] = "basket.left"
    by: ClassVar[str] = "shop.storefront"
    label: ClassVar[str] = _("Left a basket behind")


@dataclass(frozen=True)
class ProductBackInStock(Event):
    """What the person waits for is back, and it is their turn to hear of it; `units` can be bought now."""

    product_id: int
    request_id: int
    units: int
    kind: ClassVar[str] = "product.back_in_stock"
    by: ClassVar[str] = "shop.storefront"
    label: ClassVar[str] = _("What they waited for is back")


@dataclass(frozen=True)
class MailSuppressed(Event):
    """The address takes no more mail: bounced for good, complained, or was blocked by staff."""

    reason: str
    kind: ClassVar[str] = "mail.suppressed"
    by: ClassVar[str] = "shop.mail"
    label: ClassVar[str] = _("Address blocked")


@dataclass(frozen=True)
class GoodwillGiven(Event):
    """A member of staff gave something to make good: so many points, a voucher over so much."""

    what: str
    amount: str
    reason: str
    staff_id: int
    cause: str
    kind: ClassVar[str] = "customer.goodwill_given"
    by: ClassVar[str] = "shop.desk"
    label: ClassVar[str] = _("Given to make good")


@dataclass(frozen=True)
class PointsEarned(Event):
    """Points were earned; pending ones can be spent later."""

    points: int
    reason: str
    is_pending: bool
    order_id: int = 0
    kind: ClassVar[str] = "loyalty.points_earned"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Points earned")


@dataclass(frozen=True)
class PointsAvailable(Event):
    """Pending points can be spent from now on."""

    points: int
    order_id: int = 0
    kind: ClassVar[str] = "loyalty.points_available"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Points became available")


@dataclass(frozen=True)
class PointsSpent(Event):
    """Points paid for something."""

    points: int
    order_id: int = 0
    kind: ClassVar[str] = "loyalty.points_spent"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Points spent")


@dataclass(frozen=True)
class PointsReturned(Event):
    """Points that were spent came back."""

    points: int
    order_id: int = 0
    kind: ClassVar[str] = "loyalty.points_returned"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Points given back")


@dataclass(frozen=True)
class PointsReversed(Event):
    """Points that were earned were taken back."""

    points: int
    order_id: int = 0
    kind: ClassVar[str] = "loyalty.points_reversed"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Points taken back")


@dataclass(frozen=True)
class PointsExpired(Event):
    """Points were not spent in time."""

    points: int
    kind: ClassVar[str] = "loyalty.points_expired"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Points expired")


@dataclass(frozen=True)
class PointsExpiring(Event):
    """Points will end after a day that is near; told once for each such day."""

    points: int
    expires_on: str
    kind: ClassVar[str] = "loyalty.points_expiring"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Points will expire soon")


@dataclass(frozen=True)
class TierReached(Event):
    """The customer rose to a tier."""

    tier: str
    kind: ClassVar[str] = "loyalty.tier_reached"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Reached a tier")


@dataclass(frozen=True)
class TierLeft(Event):
    """The customer went down a tier, or out of all of them: `tier` is the one left, `now` the new one."""

    tier: str
    now: str = ""
    kind: ClassVar[str] = "loyalty.tier_left"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Left a tier")


@dataclass(frozen=True)
class ReferralRewarded(Event):
    """A friend's first order stood the test: both have their points. The customer is the one who recommended."""

    referral_id: int
    referee_id: int
    points: int
    kind: ClassVar[str] = "loyalty.referral_rewarded"
    by: ClassVar[str] = "loyalty"
    label: ClassVar[str] = _("Recommendation rewarded")


@dataclass(frozen=True)
class SurveyAnswered(Event):
    """A first answer to a survey, or another score than before: it may be changed until the survey closes."""

    invitation_id: int
    survey_id: int
    order_id: int = 0
    scale: str = ""  # "nps", "csat" or another kind of survey
    score: int | None = None  # as it was given: 0 to 10 for nps
    kind: ClassVar[str] = "feedback.survey_answered"
    by: ClassVar[str] = "feedback"
    label: ClassVar[str] = _("Answered a survey")


@dataclass(frozen=True)
class ReviewApproved(Event):
    """Staff have read a review and the shop shows it, whatever its score. Once for each review."""

    review_id: int
    product_id: int
    score: int
    order_id: int = 0
    kind: ClassVar[str] = "feedback.review_approved"
    by: ClassVar[str] = "feedback"
    label: ClassVar[str] = _("Review published")


@dataclass(frozen=True)
class CaseOpened(Event):
    """Something needs an answer of the shop."""

    case_id: int
    source: str
    order_id: int = 0
    kind: ClassVar[str] = "feedback.case_opened"
    by: ClassVar[str] = "feedback"
    label: ClassVar[str] = _("Case opened")


@dataclass(frozen=True)
class CaseClosed(Event):
    """The matter is settled: `outcome` says how."""

    case_id: int
    outcome: str
    kind: ClassVar[str] = "feedback.case_closed"
    by: ClassVar[str] = "feedback"
    label: ClassVar[str] = _("Case closed")


# Recorded by campaigns


@dataclass(frozen=True)
class MessageClicked(Event):
    """A person, not a scanner, followed a link of a marketing mail; only of people who agreed to statistics."""

    message_id: int
    link_id: int
    kind: ClassVar[str] = "campaigns.message_clicked"
    by: ClassVar[str] = "campaigns"
    label: ClassVar[str] = _("Followed a link in a mail")


@dataclass(frozen=True)
class NewsletterSent(Event):
    """The last message of a newsletter has been written; `recipients` counts those held out too."""

    newsletter_id: int
    recipients: int
    kind: ClassVar[str] = "campaigns.newsletter_sent"
    by: ClassVar[str] = "campaigns"
    label: ClassVar[str] = _("Newsletter sent")


@dataclass(frozen=True)
class PreferenceLinkAsked(Event):
    """Somebody typed an address to get the link to their mail choices; without a customer the shop does not know it."""

    asked_id: str
    kind: ClassVar[str] = "mail.preferences_asked"
    by: ClassVar[str] = "shop.storefront"
    label: ClassVar[str] = _("Asked for the link to their mail choices")


@dataclass(frozen=True)
class OrdersImported(Event):
    """Orders of an old shop were written down, with ids in this span. Of no customer: of many."""

    first_id: int
    last_id: int
    kind: ClassVar[str] = "orders.imported"
    by: ClassVar[str] = "shop.imports"
    label: ClassVar[str] = _("Old orders imported")
