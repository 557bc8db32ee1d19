"""Vouchers of letters that were never sent: written with the message, and ended when it is kept back for good."""

from datetime import datetime

from django.db import connection

from shop.mail.models import Message

# The cause of a voucher is the kind and the key of its message, and its block (`posting`).
_TAKE_BACK = """
UPDATE voucher_voucher voucher SET end_datetime = %(now)s
FROM mail_message message
WHERE voucher.end_datetime > %(now)s AND (voucher.cause LIKE 'newsletter:%%' OR voucher.cause LIKE 'automation:%%')
  AND message.kind = split_part(voucher.cause, ':', 1)
  AND message.key = substring(voucher.cause FROM '^[^:]*:(.*):[^:]*$')
  AND message.state = %(withheld)s
"""


def take_back(now: datetime) -> int:
    """End the vouchers that nobody was told of; return how many. As often as one likes."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"now": now, "withheld": Message.State.WITHHELD})
        return int(cursor.rowcount)
