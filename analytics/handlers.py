"""What happens to orders and people changes their figures."""

from datetime import timedelta

from django.db.models.functions import TruncDate
from django.utils import timezone

from analytics import due, sales
from analytics.models import Sale
from shop.customers.models import Customer
from shop.events.catalog import (
    CustomersMerged,
    Event,
    OrderCancelled,
    OrderPaid,
    OrderRefunded,
    OrdersImported,
    PointsEarned,
    PointsSpent,
    SurveyAnswered,
)
from shop.events.models import Event as Row
from shop.events.registry import on
from shop.forks.order.models import Order

LATELY = timedelta(hours=1)  # within which an event is heard, but for what was tried again: the night mends that


@on(OrderPaid)
def count_order(event: OrderPaid, customer: Customer | None) -> None:
    """The order counts from now on, and its customer with it."""
    _refresh(customer)


@on(OrderCancelled)
def count_cancelled_order_no_more(event: OrderCancelled, customer: Customer | None) -> None:
    """Also one that was paid for with nothing but points or a voucher."""
    _refresh(customer)


@on(OrderRefunded)
def restate_refunded_order(event: OrderRefunded, customer: Customer | None) -> None:
    """The day of the order comes to less; the day of the refund knows what went back on it. Where only points went back, the
    goods came back all the same."""
    _refresh(customer)
    due.note(Sale.objects.filter(order=event.order_id).values_list("day", flat=True))


@on(CustomersMerged)
def count_one_person_once(event: CustomersMerged, customer: Customer | None) -> None:
    """Two first orders become a first and a second."""
    sales.refresh([event.merged_id, *([customer.pk] if customer else [])])
    if customer:
        told = Row.objects.filter(customer=customer, kind__in=[*due.POINTS, due.ANSWERED])
        due.note(told.annotate(day=TruncDate("happened_at")).values_list("day", flat=True).distinct())


@on(OrdersImported)
def count_old_orders(event: OrdersImported, customer: Customer | None) -> None:
    """Days long past are filled, and restated if they had been."""
    orders = Order.objects.filter(pk__range=(event.first_id, event.last_id), customer__isnull=False)
    sales.refresh(orders.values_list("customer_id", flat=True).distinct())  # type: ignore[arg-type]


@on(PointsEarned)
def count_points_earned(event: PointsEarned, customer: Customer | None) -> None:
    """The day says how many points it brought."""
    _note_days_of(event, customer)


@on(PointsSpent)
def count_points_spent(event: PointsSpent, customer: Customer | None) -> None:
    """The day says how many points it took."""
    _note_days_of(event, customer)


@on(SurveyAnswered)
def count_answer(event: SurveyAnswered, customer: Customer | None) -> None:
    """The day says how many would recommend the shop."""
    _note_days_of(event, customer)


def _note_days_of(event: Event, customer: Customer | None) -> None:
    """The day of an event that is heard in time, and that of the newest of its kind of this person, if it is not.

    A handler is not told when its own happened.
    """
    now = timezone.now()
    days = {timezone.localdate(moment) for moment in (now - LATELY, now)}
    if customer:  # the rows of people who are not known any more are of many, and anybody's
        told = Row.objects.filter(customer=customer, kind=event.kind).order_by("-happened_at")
        days |= {timezone.localdate(moment) for moment in told.values_list("happened_at", flat=True)[:1]}
    due.note(days)


def _refresh(customer: Customer | None) -> None:
    if customer:
        # An event from before a merge speaks of the row that was emptied.
        sales.refresh({customer.pk, customer.merged_into_id or customer.pk})
