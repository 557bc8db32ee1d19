"""The summary of how people and our mail get along: worked out from messages, consents and clicks, as often as one likes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

CLICK = "campaigns.message_clicked"

_SUMMARY = """
INSERT INTO campaigns_engagement (customer_id, subscribed_at, last_mail_at, last_click_at, mails_30_days)
SELECT person.id, agreed.since, mail.last_at, clicked.last_at, coalesce(mail.recent, 0)
FROM customers_customer person
LEFT JOIN (
    SELECT DISTINCT ON (customer_id) customer_id, CASE WHEN is_given THEN confirmed_at END AS since
    FROM customers_consent WHERE topic = 'news' AND channel = 'email' AND customer_id = ANY(%(ids)s)
    ORDER BY customer_id, happened_at DESC, id DESC
) agreed ON agreed.customer_id = person.id
LEFT JOIN (
    SELECT customer_id, max(sent_at) AS last_at, count(*) FILTER (WHERE sent_at > %(recent)s) AS recent
    FROM mail_message WHERE topic <> '' AND sent_at IS NOT NULL AND customer_id = ANY(%(ids)s)
    GROUP BY customer_id
) mail ON mail.customer_id = person.id
LEFT JOIN (
    SELECT customer_id, max(happened_at) AS last_at
    FROM events_event WHERE kind = %(click)s AND customer_id = ANY(%(ids)s) GROUP BY customer_id
) clicked ON clicked.customer_id = person.id
WHERE person.id = ANY(%(ids)s) AND person.erased_at IS NULL
ON CONFLICT (customer_id) DO UPDATE SET subscribed_at = excluded.subscribed_at, last_mail_at = excluded.last_mail_at,
    last_click_at = excluded.last_click_at, mails_30_days = excluded.mails_30_days
"""
_MOVED = """
SELECT customer_id FROM mail_message WHERE topic <> '' AND sent_at > %(since)s AND customer_id > %(after)s
UNION SELECT customer_id FROM customers_consent WHERE happened_at > %(since)s AND customer_id > %(after)s
UNION SELECT customer_id FROM events_event WHERE kind = %(click)s AND happened_at > %(since)s AND customer_id > %(after)s
UNION SELECT customer_id FROM campaigns_engagement
    WHERE mails_30_days > 0 AND last_mail_at < %(recent)s AND customer_id > %(after)s
ORDER BY 1 LIMIT 2000
"""
MONTH = timedelta(days=30)


def refresh(customer_ids: Iterable[int], now: datetime | None = None) -> None:
    """Work out the rows of these people anew, in one statement."""
    values: dict[str, Any] = {"ids": list(customer_ids), "recent": (now or timezone.now()) - MONTH, "click": CLICK}
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, values)


def catch_up(since: datetime | None, now: datetime | None = None) -> int:
    """Refresh everybody of whom something changed since then (None: everybody there is); return how many.

    In steps of two thousand, each a statement of its own: a crash loses nothing, a rerun repeats nothing wrong.
    """
    now = now or timezone.now()
    after = count = 0
    while True:
        ids = _moved(since or now - timedelta(days=36500), now, after)
        if not ids:
            return count
        refresh(ids, now)
        after, count = ids[-1], count + len(ids)


def _moved(since: datetime, now: datetime, after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"since": since, "recent": now - MONTH, "click": CLICK, "after": after})
        return [pk for (pk,) in cursor.fetchall()]
