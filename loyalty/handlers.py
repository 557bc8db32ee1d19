"""What points do when something happens in the shop."""

from loyalty import deeds, programme, purchases, referrals, tiers
from loyalty.models import Rule
from shop.customers.models import Customer
from shop.events.catalog import (
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
    _settle(event.order_id)


@on(OrderShipped)
def count_from_shipping(event: OrderShipped, customer: Customer | None) -> None:
    purchases.reschedule(Order.objects.get(pk=event.order_id))


@on(OrderDelivered)
def count_from_delivery(event: OrderDelivered, customer: Customer | None) -> None:
    purchases.reschedule(Order.objects.get(pk=event.order_id))


@on(OrderRefunded)
def take_back(event: OrderRefunded, customer: Customer | None) -> None:
    """What the returned goods had earned, at the rate of then."""
    _settle(event.order_id, because=f"refund:{event.refund_id}")
    referrals.follow(Order.objects.get(pk=event.order_id))


@on(OrderCancelled)
def undo_order(event: OrderCancelled, customer: Customer | None) -> None:
    _settle(event.order_id)
    referrals.follow(Order.objects.get(pk=event.order_id))


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


def _settle(order_id: int, because: str = "") -> None:
    order = Order.objects.select_related("customer").get(pk=order_id)
    purchases.settle(order, because=because)
    if order.customer and programme.current().is_on:
        tiers.review(order.customer)
