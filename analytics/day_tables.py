"""How each day table comes from the sales and the log, in SQL, for any span of days."""

from dataclasses import dataclass

from django.db import models

from analytics.models import Cohort, Day, Gap, Movement, ProductSale, Tally, Turnover


@dataclass(frozen=True)
class Table:
    """`query` gives `columns`, the first of them the day, from %(first)s to %(last)s."""

    model: type[models.Model]
    columns: tuple[str, ...]
    query: str

    @property
    def name(self) -> str:
        return self.model._meta.db_table


DAY = Table(
    Day,
    ("day", "orders", "paid", "refunded", "given_back"),
    """
    SELECT span.day::date, COALESCE(sold.orders, 0), COALESCE(sold.paid, 0), COALESCE(sold.refunded, 0),
           COALESCE(back.amount, 0)
    FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS span (day)
    LEFT JOIN (
      SELECT day, count(nth) AS orders, sum(paid) AS paid, sum(refunded) AS refunded FROM insights_sale
      WHERE day BETWEEN %(first)s AND %(last)s AND currency = %(currency)s GROUP BY day
    ) sold ON sold.day = span.day
    LEFT JOIN (
      SELECT (refund.done_at AT TIME ZONE %(zone)s)::date AS day, sum(refund.amount) AS amount
      FROM payments_refund refund JOIN payments_paymentattempt attempt ON attempt.id = refund.attempt_id
      WHERE refund.state = 'done' AND attempt.state = 'captured' AND attempt.currency = %(currency)s
        AND refund.done_at >= %(first)s::timestamp AT TIME ZONE %(zone)s
        AND refund.done_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s
      GROUP BY 1
    ) back ON back.day = span.day
    """,
)
TURNOVER = Table(
    Turnover,
    ("day", "currency", "channel", "country", "is_first", "orders", "paid", "refunded"),
    """
    SELECT day, currency, channel, country, COALESCE(nth = 1, false) AS is_first, count(nth), sum(paid), sum(refunded)
    FROM insights_sale WHERE day BETWEEN %(first)s AND %(last)s
    GROUP BY day, currency, channel, country, is_first
    """,
)
# Somebody stays a customer for %(lasts)s days after an order: they go on the last of these unless they ordered again by then.
MOVEMENT = Table(
    Movement,
    ("day", "channel", "new", "won_back", "lost", "orders", "net"),
    """
    SELECT day, channel, sum(new), sum(won_back), sum(lost), sum(orders), sum(net) FROM (
      SELECT day, first_channel AS channel, (nth = 1)::int AS new,
             COALESCE(day - previous_on >= %(lasts)s, false)::int AS won_back, 0 AS lost, 1 AS orders,
             CASE WHEN currency = %(currency)s THEN paid - refunded ELSE 0 END AS net
      FROM insights_sale WHERE day BETWEEN %(first)s AND %(last)s AND nth IS NOT NULL
      UNION ALL
      SELECT day + %(lasts)s, first_channel, 0, 0, 1, 0, 0
      FROM insights_sale
      WHERE day BETWEEN %(first)s::date - %(lasts)s AND %(last)s::date - %(lasts)s AND nth IS NOT NULL
        AND COALESCE(next_on - day >= %(lasts)s, true)
    ) moved GROUP BY day, channel
    """,
)
GAP = Table(
    Gap,
    ("day", "channel", "back", "since", "is_second", "sales"),
    """
    SELECT day, CASE WHEN GROUPING(first_channel) = 1 THEN '' ELSE first_channel END, back, since, is_second, count(*)
    FROM insights_sale
    CROSS JOIN LATERAL (VALUES (1, previous_on, nth = 2), (2, second_previous_on, false)) AS earlier (back, since, is_second)
    WHERE day BETWEEN %(first)s AND %(last)s AND since IS NOT NULL
    GROUP BY GROUPING SETS ((day, back, since, is_second), (day, back, since, is_second, first_channel))
    """,
)
COHORT = Table(
    Cohort,
    ("day", "month", "channel", "currency", "customers", "orders", "net"),
    """
    SELECT day, date_trunc('month', first_on)::date AS month, first_channel, currency,
           count(*) FILTER (WHERE nth = 1 OR previous_on < date_trunc('month', day)), count(*), sum(paid - refunded)
    FROM insights_sale WHERE day BETWEEN %(first)s AND %(last)s AND nth IS NOT NULL
    GROUP BY day, date_trunc('month', first_on), first_channel, currency
    """,
)
# An order refunded in full still sold its goods and got them back: a product's page shows both.
PRODUCT = Table(
    ProductSale,
    (
        "day", "product_id", "currency", "orders", "firsts", "units", "refunded_units", "paid", "refunded", "net_without_tax",
    ),
    """
    SELECT sale.day, line.product_id, sale.currency, count(DISTINCT sale.order_id),
           count(DISTINCT sale.order_id) FILTER (WHERE sale.nth = 1), sum(line.quantity), sum(line.quantity_refunded),
           sum(line.line_price_incl_tax), sum(COALESCE(back.amount, 0)),
           sum(line.line_price_excl_tax * (1 - COALESCE(back.amount / NULLIF(line.line_price_incl_tax, 0), 0)))
    FROM insights_sale sale JOIN order_line line ON line.order_id = sale.order_id
    LEFT JOIN LATERAL (
      SELECT sum(part.amount) AS amount
      FROM payments_refundline part JOIN payments_refund refund ON refund.id = part.refund_id
      WHERE part.line_id = line.id AND refund.state = 'done'
    ) back ON line.quantity_refunded > 0
    WHERE sale.day BETWEEN %(first)s AND %(last)s
    GROUP BY sale.day, line.product_id, sale.currency
    """,
)  # fmt: skip
# Points by their number; a member on the day of their first points; people with points, and answers to "would you recommend
# us" by what they count as, each taken back by the next of the same person: the last of a period counts.
TALLY = Table(
    Tally,
    ("day", "name", "since", "number"),
    """
    WITH told AS (
      SELECT id, customer_id, happened_at, (happened_at AT TIME ZONE %(zone)s)::date AS day, kind, data,
             CASE WHEN kind = ANY(%(points)s) THEN %(points)s::text[] ELSE ARRAY[kind] END AS same
      FROM events_event
      WHERE kind = ANY(%(kinds)s)
        AND happened_at >= %(first)s::timestamp AT TIME ZONE %(zone)s
        AND happened_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s
        AND (kind = ANY(%(points)s) OR data ->> 'scale' = 'nps' AND (data ->> 'score')::numeric >= 0)
    )
    SELECT told.day, name, since, sum(number) FROM told
    LEFT JOIN LATERAL (
      SELECT (happened_at AT TIME ZONE %(zone)s)::date AS day, data FROM events_event earlier
      WHERE earlier.customer_id = told.customer_id AND earlier.kind = ANY(told.same)
        AND (earlier.happened_at, earlier.id) < (told.happened_at, told.id)
        AND (told.kind = ANY(%(points)s) OR earlier.data ->> 'scale' = 'nps' AND (earlier.data ->> 'score')::numeric >= 0)
      ORDER BY earlier.happened_at DESC, earlier.id DESC LIMIT 1
    ) before ON true
    CROSS JOIN LATERAL (
      SELECT CASE WHEN told.kind = ANY(%(points)s) THEN 'active'
                  WHEN (told.data ->> 'score')::numeric >= 9 THEN 'nps_promoters'
                  WHEN (told.data ->> 'score')::numeric >= 7 THEN 'nps_passives' ELSE 'nps_detractors' END AS now,
             CASE WHEN told.kind = ANY(%(points)s) THEN 'active'
                  WHEN (before.data ->> 'score')::numeric >= 9 THEN 'nps_promoters'
                  WHEN (before.data ->> 'score')::numeric >= 7 THEN 'nps_passives' ELSE 'nps_detractors' END AS then
    ) counted
    CROSS JOIN LATERAL (VALUES
      (now, NULL::date, 1), (CASE WHEN before.day IS NOT NULL THEN counted.then END, before.day, -1),
      (CASE kind WHEN 'loyalty.points_earned' THEN 'points_earned' WHEN 'loyalty.points_spent' THEN 'points_spent' END,
       NULL, (told.data ->> 'points')::numeric),
      (CASE WHEN kind = ANY(%(points)s) AND before.day IS NULL THEN 'members' END, NULL, 1)
    ) AS said (name, since, number)
    WHERE name IS NOT NULL GROUP BY told.day, name, since
    """,
)
TABLES = (DAY, TURNOVER, MOVEMENT, GAP, COHORT, PRODUCT, TALLY)
