"""Keeps `Sale` and `Stats` true to the orders, for some customers or for all: the one door to both.

An order counts once it is paid, unless it was cancelled or refunded in full. Its day is the day it was paid on, in the
shop's time zone. Paid is what was paid in money, tax and delivery included. What is given back lowers the net revenue of
the day of the order, whenever it is given back.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from analytics import due
from analytics.models import Sale, Stats
from shop.forks import money
from shop.forks.catalogue.models import Category
from shop.forks.order.models import Order
from shop.orders import statuses
from shop.payments.models import PaymentAttempt, Refund

AT_ONCE = 5000  # customers in one transaction of a rebuild
LASTS = timedelta(days=settings.CUSTOMER_DAYS)  # an order makes somebody a customer for so long

_COLUMNS = (
    "order_id", "customer_id", "day", "currency", "paid", "refunded", "channel", "country",
    "nth", "first_on", "first_channel", "previous_on", "second_previous_on", "next_on",
)  # fmt: skip

_SALES = """
WITH bought AS (
  SELECT o.id AS order_id, o.customer_id, (o.paid_at AT TIME ZONE %(zone)s)::date AS day, o.currency, o.paid_at,
         o.total_incl_tax - o.credit_total AS paid, COALESCE(back.amount, 0) AS refunded,
         COALESCE(source.channel, 'unknown') AS channel, COALESCE(address.country_id, '') AS country,
         NOT (o.status = ANY(%(void)s)) AS counts
  FROM order_order o
  LEFT JOIN order_shippingaddress address ON address.id = o.shipping_address_id
  LEFT JOIN insights_ordersource source ON source.order_id = o.id
  LEFT JOIN LATERAL (
    SELECT sum(refund.amount) AS amount
    FROM payments_refund refund JOIN payments_paymentattempt attempt ON attempt.id = refund.attempt_id
    WHERE refund.order_id = o.id AND refund.state = %(done)s AND attempt.state = %(captured)s
  ) back ON true
  WHERE o.customer_id = ANY(%(customers)s) AND o.paid_at IS NOT NULL
), ranked AS (
  SELECT order_id, row_number() OVER mine AS nth, first_value(day) OVER mine AS first_on,
         first_value(channel) OVER mine AS first_channel, lag(day) OVER mine AS previous_on,
         lag(day, 2) OVER mine AS second_previous_on, lead(day) OVER mine AS next_on
  FROM bought WHERE counts
  WINDOW mine AS (PARTITION BY customer_id ORDER BY paid_at, order_id)
)
SELECT order_id, customer_id, day, currency, paid, refunded, channel, country,
       nth, first_on, COALESCE(first_channel, '') AS first_channel, previous_on, second_previous_on, next_on
FROM bought LEFT JOIN ranked USING (order_id)
"""

_WRITE_SALES = f"""
INSERT INTO insights_sale ({", ".join(_COLUMNS)}) ({_SALES})
ON CONFLICT (order_id) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS[1:])}
WHERE ({", ".join(f"insights_sale.{name}" for name in _COLUMNS[1:])})
   IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in _COLUMNS[1:])})
RETURNING day, nth, customer_id, order_id
"""  # noqa: S608  only names of columns

# Money is that of orders in the shop's currency; orders and days are of all. A favourite is what most units were bought of,
# among the categories at the root.
_WRITE_STATS = """
WITH came AS (
  SELECT customer_id, count(*) AS orders, count(*) FILTER (WHERE currency = %(currency)s) AS own,
         sum(paid - refunded) FILTER (WHERE currency = %(currency)s) AS spent, min(day) AS first_on, max(day) AS last_on,
         min(first_channel) AS channel
  FROM insights_sale WHERE customer_id = ANY(%(customers)s) AND nth IS NOT NULL
  GROUP BY customer_id
), liked AS (
  SELECT DISTINCT ON (sale.customer_id) sale.customer_id, root.id AS category_id
  FROM insights_sale sale
  JOIN order_line line ON line.order_id = sale.order_id
  JOIN catalogue_product product ON product.id = line.product_id
  JOIN catalogue_productcategory placed ON placed.product_id = COALESCE(product.parent_id, product.id)
  JOIN catalogue_category category ON category.id = placed.category_id
  JOIN catalogue_category root ON root.path = left(category.path, %(step)s)
  WHERE sale.customer_id = ANY(%(customers)s) AND sale.nth IS NOT NULL
  GROUP BY sale.customer_id, root.id
  HAVING sum(line.quantity - line.quantity_refunded) > 0
  ORDER BY sale.customer_id, sum(line.quantity - line.quantity_refunded) DESC, sum(line.line_price_incl_tax) DESC, root.id
), fresh AS (
  SELECT stats.customer_id, COALESCE(came.orders, 0) AS orders, COALESCE(came.spent, 0) AS spent,
         round(came.spent / NULLIF(came.own, 0), %(places)s) AS average_order, first_on, last_on, came.channel, category_id,
         CASE WHEN came.orders > 1 THEN round((last_on - first_on)::numeric / (came.orders - 1), 1) END AS days_between
  FROM insights_stats stats LEFT JOIN came USING (customer_id) LEFT JOIN liked USING (customer_id)
  WHERE stats.customer_id = ANY(%(customers)s)
)
UPDATE insights_stats SET
  orders = fresh.orders, spent = fresh.spent, average_order = fresh.average_order, first_order_on = fresh.first_on,
  last_order_on = fresh.last_on, channel = fresh.channel, preferred_category_id = fresh.category_id,
  days_between = fresh.days_between, next_order_on = fresh.last_on + GREATEST(1, round(fresh.days_between))::int
FROM fresh WHERE insights_stats.customer_id = fresh.customer_id
"""


@transaction.atomic
def refresh(customer_ids: Iterable[int]) -> int:
    """Bring what is kept of these customers up to their orders and note the days that change. Returns how many sales did."""
    ids = sorted(set(customer_ids))
    if not ids:
        return 0
    # The lock makes the last to come the last to look: what it reads is not older than what it replaces.
    Stats.objects.lock_for(ids)
    values = _values(ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM insights_sale sale USING order_order o"
            " WHERE sale.order_id = o.id AND sale.customer_id = ANY(%(customers)s)"
            " AND (o.customer_id IS DISTINCT FROM sale.customer_id OR o.paid_at IS NULL) RETURNING sale.day",
            values,
        )
        gone = [day for (day,) in cursor.fetchall()]
        cursor.execute(_WRITE_SALES, values)
        changed = cursor.fetchall()
        cursor.execute(_WRITE_STATS, values)
    if gone or changed:
        days = {*gone, *(row[0] for row in changed)}
        # Who ordered on a day stops being a customer later, unless they ordered again.
        days |= {day + LASTS for day in days}
        days |= _days_of_refunds([row[3] for row in changed])
        due.note(days)
    return len(gone) + len(changed)


def refresh_all() -> int:
    """The same for everybody who ever paid or has a row here, some thousand customers in each transaction."""
    wrong, after = 0, 0
    while ids := _next_customers(after):
        wrong += refresh(ids)
        after = ids[-1]
    return wrong


def first_day() -> date | None:
    """The day of the shop's first sale."""
    return Sale.objects.order_by("day").values_list("day", flat=True).first()


def _next_customers(after: int) -> list[int]:
    ordered = Order.objects.filter(customer_id__gt=after, paid_at__isnull=False).order_by("customer_id").distinct()
    buyers = ordered.values_list("customer_id", flat=True)[:AT_ONCE]
    kept = Stats.objects.filter(customer_id__gt=after).order_by("customer_id").values_list("customer_id", flat=True)[:AT_ONCE]
    return sorted({*buyers, *kept})[:AT_ONCE]


def _days_of_refunds(order_ids: Sequence[int]) -> set[date]:
    """Days on which money of these orders went back: they say so too."""
    done = Refund.objects.filter(order_id__in=order_ids, state=Refund.State.DONE, done_at__isnull=False)
    return {day for day in done.values_list("done_at__date", flat=True).distinct() if day}


def _values(customer_ids: Sequence[int]) -> dict[str, Any]:
    return {
        "customers": list(customer_ids),
        "zone": settings.TIME_ZONE,
        "void": [statuses.CANCELLED, statuses.REFUNDED],
        "done": Refund.State.DONE,
        "captured": PaymentAttempt.State.CAPTURED,
        "step": Category.steplen,
        "currency": settings.OSCAR_DEFAULT_CURRENCY,
        "places": money.places(settings.OSCAR_DEFAULT_CURRENCY),
    }
