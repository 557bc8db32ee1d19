"""Which channel an order is put down to, by three rules over the same orders: the last, the first, each of its visits alike.

The visits are those of the same browser, or of the same customer, in the thirty days up to the order. Where none is known,
every rule says what is known of the order. So each rule gives every order away exactly once.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from analytics.models import Channel
from analytics.periods import Period

_QUERY = """
WITH bought AS (
  SELECT sale.order_id, sale.customer_id, sale.channel, source.visitor_id, o.date_placed,
         CASE WHEN sale.currency = %(currency)s THEN sale.paid - sale.refunded ELSE 0 END AS net
  FROM insights_sale sale JOIN order_order o ON o.id = sale.order_id
  LEFT JOIN insights_ordersource source ON source.order_id = sale.order_id
  WHERE sale.nth IS NOT NULL AND sale.day BETWEEN %(first)s AND %(last)s
), touches AS (
  SELECT bought.order_id, visit.channel, row_number() OVER mine AS nth,
         count(*) OVER (PARTITION BY bought.order_id) AS all_of_them
  FROM bought JOIN insights_visit visit ON visit.began_at <= bought.date_placed
    AND visit.began_at > bought.date_placed - interval '30 days'
    AND (visit.visitor_id = bought.visitor_id OR visit.customer_id = bought.customer_id)
  WINDOW mine AS (PARTITION BY bought.order_id ORDER BY visit.began_at, visit.id)
), shared AS (
  SELECT order_id, channel, 'last' AS rule, 1::numeric AS share FROM bought
  UNION ALL SELECT order_id, channel, 'first', 1 FROM touches WHERE nth = 1
  UNION ALL SELECT order_id, channel, 'linear', 1::numeric / all_of_them FROM touches
  UNION ALL
  SELECT order_id, channel, rule, 1 FROM bought CROSS JOIN (VALUES ('first'), ('linear')) AS rules (rule)
  WHERE NOT EXISTS (SELECT FROM touches WHERE touches.order_id = bought.order_id)
)
SELECT shared.channel, rule, sum(share), sum(share * net), (SELECT count(DISTINCT order_id) FROM touches),
       (SELECT count(*) FROM bought)
FROM shared JOIN bought USING (order_id) GROUP BY shared.channel, rule
"""
RULES = ("last", "first", "linear")


@dataclass(frozen=True)
class Row:
    """A channel with orders and net revenue by each rule, in the order of `RULES`."""

    channel: Channel
    orders: tuple[Decimal, ...]
    net: tuple[Decimal, ...]


@dataclass(frozen=True)
class Shares:
    """`known` of the `orders` have visits to look at; sums of rows equal `orders` by every rule."""

    rows: list[Row]
    orders: int
    known: int


def shares(period: Period, currency: str) -> Shares:
    """Who is put down what, for orders of a period that count."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, {"first": period.first, "last": period.last, "currency": currency})
        found = cursor.fetchall()
    sums = {(channel, rule): (orders, net) for channel, rule, orders, net, _known, _all in found}
    nothing = (Decimal(0), Decimal(0))
    rows = []
    for channel in Channel:
        mine = [sums.get((channel.value, rule), nothing) for rule in RULES]
        if any(orders for orders, _net in mine):
            rows.append(Row(channel, tuple(orders for orders, _net in mine), tuple(net for _orders, net in mine)))
    rows.sort(key=lambda row: -row.orders[0])
    return Shares(rows, int(found[0][5]) if found else 0, int(found[0][4]) if found else 0)
