"""Analytics' part of the demo: where orders came from, what the merchant paid for it, and the day tables."""

from datetime import date, timedelta

from django.db import connection

from analytics import demo_visits, filling, portraits, sales
from analytics.models import Channel
from shop.demo import chapters

# Of a hundred first orders, by channel; later orders of somebody come from the shop's mails and the address bar more often.
FIRST = {Channel.SEARCH: 30, Channel.DIRECT: 18, Channel.SOCIAL: 19, Channel.ADS: 21, Channel.REFERRAL: 12}
LATER = {Channel.DIRECT: 38, Channel.EMAIL: 32, Channel.SEARCH: 18, Channel.SOCIAL: 7, Channel.REFERRAL: 5}
# What a new customer costs there, more or less.
COST = {Channel.ADS: 9.5, Channel.SOCIAL: 4.2, Channel.REFERRAL: 2.5}


def write(today: date, seed: int) -> None:
    """Sources for orders that have none, spend for each day, and everything that follows from the orders."""
    _sources(seed)
    demo_visits.write(today, seed)
    sales.refresh_all()
    _spend(seed)
    filling.catch_up(seconds=600)
    portraits.draw(today.replace(day=1) - timedelta(days=1))
    portraits.draw(today)
    portraits.look_back(today)


def _sources(seed: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO insights_ordersource (order_id, channel, source, medium, campaign)
            SELECT id, CASE WHEN place = 1 THEN {_cases(FIRST)} ELSE {_cases(LATER)} END, '', '', ''
            FROM (
              SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY date_placed, id) AS place,
                     abs(hashtextextended(number, %s)) %% 100 AS chance
              FROM order_order
            ) AS placed
            ON CONFLICT DO NOTHING
            """,  # noqa: S608
            [seed],
        )


def _cases(shares: dict[Channel, int]) -> str:
    below, cases = 0, []
    for channel, share in shares.items():
        below += share
        cases.append(f"WHEN chance < {below} THEN '{channel.value}'")
    return f"CASE {' '.join(cases)} END"


def _spend(seed: int) -> None:
    """Monthly budgets, spread over the days: about so much for each customer who came through the channel that month."""
    costs = " ".join(f"WHEN '{channel.value}' THEN {cost}" for channel, cost in COST.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO insights_spend (day, channel, campaign, amount, changed_at)
            SELECT span::date, channel, '',
                   round((won * cost * (90 + abs(hashtextextended(channel || span::date, %s)) %% 20) / 100 / days)::numeric, 2),
                   now()
            FROM (
              SELECT date_trunc('month', day)::date AS month, channel, count(*) AS won,
                     CASE channel {costs} END AS cost,
                     extract(day FROM date_trunc('month', day) + interval '1 month - 1 day') AS days
              FROM insights_sale WHERE nth = 1 AND channel = ANY(%s) GROUP BY 1, 2, 5
            ) AS months
            CROSS JOIN LATERAL generate_series(
              month, LEAST(month + interval '1 month - 1 day', (SELECT max(day) FROM insights_sale)), interval '1 day'
            ) AS span
            ON CONFLICT DO NOTHING
            """,  # noqa: S608
            [seed, [channel.value for channel in COST]],
        )


chapters.add("insights", "Figures of every day", write)
