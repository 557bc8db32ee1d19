"""What the figures say, worked out once more straight from the orders: nothing here uses what `sales` and `filling` keep."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from analytics import filling
from analytics.models import Day, Due
from shop.events.catalog import OrdersImported
from shop.events.models import Delivery
from shop.forks.order.models import Order
from shop.orders.audit import Rows, invariant


@dataclass(frozen=True)
class Difference:
    """A figure of a day that is not what the orders come to."""

    day: date
    what: str
    kept: Any
    right: Any

    def __str__(self) -> str:
        return f"{self.day}: {self.what} {self.kept}, by the orders {self.right}"


_RIGHT = """
WITH paid AS (
  SELECT o.id, o.customer_id, timezone(%(zone)s, o.paid_at)::date AS day, o.status, o.paid_at, o.currency,
         CASE WHEN o.currency = %(currency)s THEN o.total_incl_tax - o.credit_total ELSE 0 END AS amount
  FROM order_order o WHERE o.paid_at IS NOT NULL AND o.customer_id IS NOT NULL
), first AS (
  SELECT DISTINCT ON (customer_id) customer_id, day FROM paid
  WHERE status NOT IN ('cancelled', 'refunded') ORDER BY customer_id, paid_at, id
), back AS (
  SELECT refund.order_id, sum(refund.amount) AS amount FROM payments_refund refund
  JOIN payments_paymentattempt attempt ON attempt.id = refund.attempt_id AND attempt.state = 'captured'
  WHERE refund.state = 'done' AND attempt.currency = %(currency)s GROUP BY refund.order_id
)
SELECT kept.day, what, said, truth FROM (
  SELECT insights_day.day, insights_day.orders, paid, refunded, COALESCE(moved.new, 0) AS new
  FROM insights_day
  LEFT JOIN (SELECT day, sum(new) AS new FROM insights_movement GROUP BY day) moved ON moved.day = insights_day.day
) kept
LEFT JOIN (
  SELECT day, sum(paid.amount) AS paid, sum(COALESCE(back.amount, 0)) AS refunded,
         count(*) FILTER (WHERE status NOT IN ('cancelled', 'refunded') AND currency = %(currency)s) AS orders
  FROM paid LEFT JOIN back ON back.order_id = paid.id GROUP BY day
) sold ON sold.day = kept.day
LEFT JOIN (SELECT day, count(*) AS new FROM first GROUP BY day) came ON came.day = kept.day
CROSS JOIN LATERAL (VALUES
  ('orders', kept.orders::numeric, COALESCE(sold.orders, 0)::numeric),
  ('paid', kept.paid, COALESCE(sold.paid, 0)),
  ('given back', kept.refunded, COALESCE(sold.refunded, 0)),
  ('new customers', kept.new::numeric, COALESCE(came.new, 0)::numeric)
) AS compared (what, said, truth)
WHERE said <> truth
ORDER BY kept.day, what
"""


@invariant("I18")
def day_tables_are_what_the_orders_come_to() -> Rows:
    """Each filled day has the orders, money, refunds and new customers that the orders come to; days still due excepted."""
    excused = _still_due()
    with connection.cursor() as cursor:
        cursor.execute(_RIGHT, {"zone": settings.TIME_ZONE, "currency": settings.OSCAR_DEFAULT_CURRENCY})
        return [Difference(*row) for row in cursor.fetchall() if row[0] not in excused]


@invariant("I18")
def customers_at_the_end_are_those_who_ordered() -> Rows:
    """The customers of the newest day, added up from those who came and went, are those with an order recent enough."""
    newest = Day.objects.order_by("-day").first()
    if newest is None or _still_due():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT COALESCE(sum(new + won_back - lost), 0) FROM insights_movement WHERE day <= %(day)s),"
            " (SELECT count(DISTINCT customer_id) FROM order_order WHERE status NOT IN ('cancelled', 'refunded')"
            " AND timezone(%(zone)s, paid_at)::date > %(day)s::date - %(lasts)s"
            " AND timezone(%(zone)s, paid_at)::date <= %(day)s)",
            {"day": newest.day, "zone": settings.TIME_ZONE, "lasts": settings.CUSTOMER_DAYS},
        )
        kept, right = cursor.fetchone() or (0, 0)
    return [Difference(newest.day, "customers", kept, right)] if kept != right else []


@invariant("I18")
def summaries_are_what_the_orders_come_to() -> Rows:
    """What a customer spent and how often is what their orders say; customers whose event is on its way excepted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.customer_id FROM order_order o LEFT JOIN insights_stats stats ON stats.customer_id = o.customer_id"
            " LEFT JOIN (SELECT refund.order_id, sum(refund.amount) AS amount FROM payments_refund refund"
            "  JOIN payments_paymentattempt attempt ON attempt.id = refund.attempt_id AND attempt.state = 'captured'"
            "  WHERE refund.state = 'done' GROUP BY refund.order_id) back ON back.order_id = o.id"
            " WHERE o.paid_at IS NOT NULL AND o.status NOT IN ('cancelled', 'refunded')"
            " AND NOT o.customer_id = ANY(%s)"
            " GROUP BY o.customer_id, stats.orders, stats.spent HAVING count(*) <> COALESCE(stats.orders, 0)"
            " OR sum(CASE WHEN o.currency = %s THEN o.total_incl_tax - o.credit_total - COALESCE(back.amount, 0) ELSE 0 END)"
            "  <> COALESCE(stats.spent, 0)",
            [list(_on_their_way()), settings.OSCAR_DEFAULT_CURRENCY],
        )
        return [f"customer {pk}" for (pk,) in cursor.fetchall()]


def _still_due() -> set[date]:
    """Days noted or never filled, and those of customers of whom an event is still to be heard."""
    customers = _on_their_way()
    orders = Order.objects.filter(customer_id__in=customers, paid_at__isnull=False)
    return {*filling.waiting(), *Due.objects.values_list("day", flat=True), *orders.values_list("paid_at__date", flat=True)}


def _on_their_way() -> set[int]:
    waiting = Delivery.objects.waiting().filter(handler__startswith="analytics.").select_related("event")
    found: set[int] = set()
    for delivery in waiting:
        if delivery.event.customer_id:
            found.add(delivery.event.customer_id)
        elif delivery.event.kind == OrdersImported.kind:
            span = (delivery.event.data["first_id"], delivery.event.data["last_id"])
            owners = Order.objects.filter(pk__range=span).values_list("customer_id", flat=True)
            found |= {pk for pk in owners if pk}
    return found
