"""What points do when something happens in the shop."""

from loyalty import deeds, programme, purchases, referrals, tiers
from loyalty.models import Rule
from shop.customers.models import Customer
from shop.events.catalog import (
    CustomersMerged,
    EmailConfirmed,
    OrderCancelled,
    OrderDelivered,
    OrderPaid,
    OrderRefunded,
    OrderShipped,
    ReviewApproved,
    SurveyAnswered,
)
from shop.events.registry import on
from shop.forks.order.models import Order
from shop.forks.reviews.models import ProductReview


@on(EmailConfirmed)
def welcome(event: EmailConfirmed, customer: Customer | None) -> None:
    """Points for an account whose address is the person's own."""
    if customer and customer.user_id and not deeds.is_refused(customer.email):
        deeds.reward(customer, Rule.Kind.SIGN_UP, cause=f"sign-up:{customer.pk}")


@on(OrderPaid)
def earn_from_order(event: OrderPaid, customer: Customer | None) -> None:
    """What the order promised, pending until it cannot be sent back any more."""
    order = _order(event.order_id)
    purchases.earn(order)
    _review_tier(order)


@on(OrderShipped)
def count_from_shipping(event: OrderShipped, customer: Customer | None) -> None:
    purchases.reschedule(_order(event.order_id))


@on(OrderDelivered)
def count_from_delivery(event: OrderDelivered, customer: Customer | None) -> None:
    purchases.reschedule(_order(event.order_id))


@on(OrderRefunded)
def take_back(event: OrderRefunded, customer: Customer | None) -> None:
    """What the returned goods had earned, at the rate of then."""
    _undo(_order(event.order_id), f"refund:{event.refund_id}")


@on(OrderCancelled)
def undo_order(event: OrderCancelled, customer: Customer | None) -> None:
    _undo(_order(event.order_id), f"cancelled:{event.order_id}")


@on(CustomersMerged)
def count_what_both_spent(event: CustomersMerged, customer: Customer | None) -> None:
    """The orders of two rows are those of one person from now on."""
    if customer:
        tiers.review(customer)


@on(ReviewApproved)
def thank_for_review(event: ReviewApproved, customer: Customer | None) -> None:
    """The same for every score, once for each thing bought."""
    review = ProductReview.objects.filter(pk=event.review_id).first()
    if customer and review:
        cause = f"review-of-line:{review.order_line_id}" if review.order_line_id else f"review:{review.pk}"
        deeds.reward(customer, Rule.Kind.REVIEW, cause=cause)


@on(SurveyAnswered)
def thank_for_answers(event: SurveyAnswered, customer: Customer | None) -> None:
    if customer:
        deeds.reward(customer, Rule.Kind.SURVEY, cause=f"survey:{event.invitation_id}")


def _order(order_id: int) -> Order:
    return Order.objects.select_related("customer").get(pk=order_id)


def _undo(order: Order, because: str) -> None:
    purchases.take_back(order, because=because)
    referrals.follow(order)
    _review_tier(order)


def _review_tier(order: Order) -> None:
    if order.customer and programme.current().is_on:
        tiers.review(order.customer)
