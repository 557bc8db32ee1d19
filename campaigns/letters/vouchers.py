"""Vouchers of letters that were never sent: written with the message, and ended when it is kept back for good."""

from datetime import datetime

from django.db import connection

from shop.mail.models import Message

ALL = ("newsletter:", "automation:")
# The cause of a voucher is the kind and the key of its message, and its block (`posting`).
_TAKE_BACK = """
UPDATE voucher_voucher voucher SET end_datetime = %(now)s
FROM mail_message message
WHERE voucher.end_datetime > %(now)s AND voucher.cause LIKE %(causes)s
  AND message.kind = split_part(voucher.cause, ':', 1)
  AND message.key = substring(voucher.cause FROM '^[^:]*:(.*):[^:]*$')
  AND message.state = %(withheld)s
"""


def take_back(now: datetime, *causes: str) -> int:
    """End the vouchers that nobody was told of; return how many. As often as one likes. `causes`: how those begin that are
    looked at, such as "newsletter:12:", for all are very many; otherwise all."""
    return sum(_take_back(now, beginning) for beginning in causes or ALL)


def _take_back(now: datetime, beginning: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"now": now, "causes": f"{beginning}%", "withheld": Message.State.WITHHELD})
        return int(cursor.rowcount)
