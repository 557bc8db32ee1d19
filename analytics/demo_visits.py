"""The demo's visits of the last three months: those that ended in the orders that are there, and many more that did not."""

from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics import visits
from analytics.models import Step

DAYS = 90
AGREED = 58  # of a hundred browsers
RATE = 24  # orders of a thousand visits
# Of a thousand visits without an order: how many go no further than this.
_FAR = (470, 900, 965)  # came, product, basket; the rest opens the checkout
# Of a hundred orders: how many browsers had been here a few days before, through another door.
_BEFORE = 35

_CHANCE = "abs(hashtextextended({of}, %(seed)s)) %% {out}"

_NAMES = """
CASE channel
  WHEN 'search' THEN (ARRAY['google.com','google.com','google.com','duckduckgo.com','bing.com'])[1 + dice / 13 %% 5]
  WHEN 'social' THEN (ARRAY['instagram.com','instagram.com','facebook.com','pinterest.com','t.me'])[1 + dice / 13 %% 5]
  WHEN 'ads' THEN (ARRAY['google','facebook'])[1 + dice / 31 %% 2]
  WHEN 'email' THEN 'newsletter'
  WHEN 'referral' THEN (ARRAY['friend','leafandcup.example','slowbreakfast.example'])[1 + dice / 29 %% 3]
  ELSE '' END AS source,
CASE channel WHEN 'ads' THEN 'cpc' WHEN 'email' THEN 'email' ELSE '' END AS medium,
CASE channel
  WHEN 'ads' THEN (ARRAY['green-tea','gift-sets','coffee-at-home'])[1 + dice / 29 %% 3]
  WHEN 'email' THEN (ARRAY['autumn-letter','new-harvest','we-miss-you'])[1 + dice / 29 %% 3]
  ELSE '' END AS campaign,
CASE WHEN dice / 1009 %% 100 < 57 THEN 'phone' WHEN dice / 1009 %% 100 < 63 THEN 'tablet' ELSE 'computer' END AS device
"""

# ruff: noqa: S608, E501  only our own numbers are put into the statements
# Orders whose browser agreed, with the visit that ended in them.
_ORDERED = f"""
CREATE TEMPORARY TABLE told ON COMMIT DROP AS
SELECT o.id AS order_id, o.customer_id, md5('visitor' || o.customer_id || %(seed)s)::uuid AS visitor,
       md5('visit' || o.id || %(seed)s)::uuid AS key, source.channel, COALESCE(address.country_id, '') AS country,
       o.date_placed - interval '4 minutes' - (dice %% 17) * interval '1 minute' AS began_at, o.date_placed, dice, 5 AS far
FROM order_order o
JOIN insights_ordersource source ON source.order_id = o.id
LEFT JOIN order_shippingaddress address ON address.id = o.shipping_address_id
CROSS JOIN LATERAL (SELECT {_CHANCE.format(of="'o' || o.number", out="1000000")} AS dice) AS thrown
WHERE o.date_placed >= %(first)s AND {_CHANCE.format(of="'a' || o.customer_id", out="100")} < %(agreed)s
  AND source.channel <> 'unknown'
"""
# Earlier visits of the same browsers, and those of browsers that never ordered: spread like the orders over the days.
_OTHERS = f"""
INSERT INTO told
SELECT NULL::bigint, customer_id, visitor, md5('before' || order_id || %(seed)s)::uuid,
       (ARRAY['search','social','ads','social','referral','search'])[1 + dice %% 6], country,
       began_at - (1 + dice %% 11) * interval '1 day' - (dice %% 400) * interval '1 minute', NULL::timestamptz, dice / 7, 2
FROM told WHERE dice %% 100 < %(before)s
UNION ALL
SELECT NULL, NULL::bigint, md5('stranger' || key || number || %(seed)s)::uuid, md5('away' || key || number || %(seed)s)::uuid,
       (ARRAY['search','search','search','social','social','social','direct','direct','ads','ads','email','referral'])
         [1 + chance %% 12],
       country, began_at + (chance %% 2400 - 1200) * interval '1 minute', NULL, chance,
       CASE WHEN chance %% 1000 < %(came)s THEN 1 WHEN chance %% 1000 < %(product)s THEN 2
            WHEN chance %% 1000 < %(basket)s THEN 3 ELSE 4 END
FROM told CROSS JOIN generate_series(1, 1000 / %(rate)s - 1) AS number
CROSS JOIN LATERAL (SELECT {_CHANCE.format(of="'s' || key || number", out="1000000")} AS chance) AS thrown
WHERE order_id IS NOT NULL
"""
_VISITS = f"""
INSERT INTO insights_visit (key, visitor_id, customer_id, began_at, day, channel, source, medium, campaign, referrer, landing,
                            device, country)
SELECT key, visitor, customer_id, began_at, (began_at AT TIME ZONE %(zone)s)::date, channel, source, medium, campaign,
       CASE WHEN channel IN ('search', 'social', 'referral') THEN source ELSE '' END,
       CASE WHEN dice %% 10 < 4 THEN '/' ELSE landing.path END, device, country
FROM (SELECT told.*, {_NAMES} FROM told WHERE began_at < %(now)s) AS named
CROSS JOIN LATERAL (SELECT (%(pages)s::text[])[1 + dice / 11 %% cardinality(%(pages)s::text[])] AS path) AS landing
"""  # noqa: S608
_REACHED = """
INSERT INTO insights_reached (visit_id, step, happened_at)
SELECT visit.id, step, CASE WHEN step = 'ordered' THEN told.date_placed
                            ELSE told.began_at + (place - 1) * interval '50 seconds' END
FROM told JOIN insights_visit visit ON visit.key = told.key
CROSS JOIN LATERAL unnest(%(order)s::text[]) WITH ORDINALITY AS steps (step, place)
WHERE place <= told.far
"""
# Everybody else: arrivals by channel, pages by device, and the orders of those who did not agree.
_UNTRACED = f"""
INSERT INTO insights_traffic (day, is_traced, channel, device, came, product, basket, checkout, ordered)
SELECT day, false, channel, device, sum(came), 0, 0, 0, 0 FROM (
  SELECT day, channel, device, (count(*) * (100 - %(agreed)s)) / %(agreed)s AS came
  FROM insights_visit GROUP BY day, channel, device
) AS agreeing WHERE came > 0 GROUP BY day, channel, device
UNION ALL
SELECT day, false, 'unknown', device, 0, opened * 13 / 10, basket, checkout, ordered FROM (
  SELECT (o.date_placed AT TIME ZONE %(zone)s)::date AS day,
         CASE WHEN {_CHANCE.format(of="o.number", out="100")} < 60 THEN 'phone' ELSE 'computer' END AS device,
         count(*) * 22 AS opened, count(*) * 3 AS basket, count(*) * 2 AS checkout, count(*) AS ordered
  FROM order_order o LEFT JOIN told ON told.order_id = o.id
  WHERE o.date_placed >= %(first)s AND told.order_id IS NULL GROUP BY 1, 2
) AS orders
"""  # noqa: S608


def write(today: date, seed: int) -> None:
    """Visits, their steps and the counts of each day."""
    first = today - timedelta(days=DAYS)
    came, product, basket = _FAR
    values = {
        "seed": seed, "first": first, "now": timezone.now(), "zone": settings.TIME_ZONE, "agreed": AGREED, "rate": RATE,
        "before": _BEFORE, "came": came, "product": product, "basket": basket, "order": Step.values, "pages": _pages(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS told")
        cursor.execute(_ORDERED, values)
        cursor.execute(_OTHERS, values)
        cursor.execute("INSERT INTO insights_visitor (uid, agreed_at, wording) SELECT visitor, min(began_at), '' FROM told"
                       " GROUP BY visitor ON CONFLICT DO NOTHING")  # fmt: skip
        cursor.execute("ANALYZE told")
        cursor.execute(_VISITS, values)
        cursor.execute("ANALYZE insights_visit")
        cursor.execute(_REACHED, values)
        cursor.execute("UPDATE insights_ordersource source SET visitor_id = told.visitor, source = visit.source,"
                       " medium = visit.medium, campaign = visit.campaign"
                       " FROM told JOIN insights_visit visit ON visit.key = told.key WHERE source.order_id = told.order_id")  # fmt: skip
        cursor.execute(_UNTRACED, values)
        cursor.execute("DROP TABLE told")
        # Without statistics PostgreSQL takes the new tables for small ones and compares each row with each.
        cursor.execute("ANALYZE insights_visit, insights_reached")
    visits.recount([first - timedelta(days=14) + timedelta(days=number) for number in range(DAYS + 15)])


def _pages() -> list[str]:
    """Where visits begin, other than at the home page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT '/catalogue/' || slug || '_' || id || '/' FROM catalogue_product"
                       " WHERE is_public AND parent_id IS NULL ORDER BY id LIMIT 60")  # fmt: skip
        return [path for (path,) in cursor.fetchall()] or ["/"]
