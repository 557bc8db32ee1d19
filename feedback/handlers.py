"""What follows from events: who is asked, what opens a case."""

from django.utils import timezone

from feedback import cases, requests, standings, surveys
from feedback.models import Case, Entry, Survey
from shop.customers.models import Customer
from shop.events.catalog import CaseClosed, CustomersMerged, OrderDelivered, ReviewApproved, ReviewWritten
from shop.events.registry import on
from shop.forks.order.models import Order
from shop.forks.reviews.models import ProductReview

BAD_REVIEW = 2  # stars, and fewer


@on(OrderDelivered)
def invite_to_survey(event: OrderDelivered, customer: Customer | None) -> None:
    """One invitation for each survey that asks after deliveries."""
    order = Order.objects.filter(pk=event.order_id).first()
    if customer is None or order is None:
        return
    for survey in Survey.objects.asking(Survey.Moment.DELIVERED):
        surveys.invite(survey, customer, timezone.now(), order=order)


@on(OrderDelivered)
def plan_review_request(event: OrderDelivered, customer: Customer | None) -> None:
    """One mail about everything in the order, once it has been tried out."""
    order = Order.objects.filter(pk=event.order_id).first()
    if customer is not None and order is not None:
        requests.plan(order, customer, timezone.now())


@on(ReviewWritten)
def open_case_for_bad_review(event: ReviewWritten, customer: Customer | None) -> None:
    """Whether it is published or not: somebody is unhappy."""
    review = ProductReview.objects.filter(pk=event.review_id).first()
    if review is not None and review.score <= BAD_REVIEW:
        cases.open_for_review(review, timezone.now())


@on(ReviewApproved)
def count_review(event: ReviewApproved, customer: Customer | None) -> None:
    """A published review is a fact about its author."""
    standings.refresh(customer.pk if customer else None)


@on(CaseClosed)
def ask_how_we_helped(event: CaseClosed, customer: Customer | None) -> None:
    """Only people who have heard from us: the others would wonder what they are asked about."""
    case = Case.objects.filter(pk=event.case_id, state=Case.State.CLOSED).first()
    if customer is None or case is None or not case.entries.filter(kind=Entry.Kind.TO_CUSTOMER).exists():
        return
    for survey in Survey.objects.asking(Survey.Moment.CASE_CLOSED):
        surveys.invite(survey, customer, timezone.now(), case=case)


@on(CustomersMerged)
def join_standings(event: CustomersMerged, customer: Customer | None) -> None:
    """Answers, cases and reviews of both are one person's now."""
    standings.refresh(customer.pk if customer else None)
