"""The marks a sender leaves on its rows: begun before the server hears of a message, settled after it has answered.

Each message costs one statement: it marks the message as begun and, with it, the one before as sent. Whatever dies, at
most that one message of each sender is in doubt.
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from shop.mail import suppression
from shop.mail.models import Message, Suppression
from shop.mail.verdicts import Verdict

RETRIES = (30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400)  # seconds; after the last a message has failed

# What the provider has said about a message already stays, also where its row was swept in the meantime. A link that opens
# an account is good for hours; nobody shall find it in the database.
_STEP = """
UPDATE mail_message SET
  state = CASE WHEN id = %(sent)s AND state IN ('sending', 'uncertain', 'queued') THEN 'sent' ELSE state END,
  sent_at = CASE WHEN id = %(sent)s THEN %(sent_at)s ELSE sent_at END,
  reason = CASE WHEN id = %(sent)s THEN '' ELSE reason END,
  provider_id = CASE WHEN id = %(sent)s THEN %(provider_id)s ELSE provider_id END,
  text = CASE WHEN id = %(sent)s AND is_secret AND %(forget)s THEN '' ELSE text END,
  html = CASE WHEN id = %(sent)s AND is_secret AND %(forget)s THEN '' ELSE html END,
  claimed_at = CASE WHEN id = %(next)s THEN now() ELSE claimed_at END,
  started_at = CASE WHEN id = %(next)s THEN now() ELSE started_at END
WHERE (id = %(sent)s AND attempts = %(sent_attempts)s)
   OR (id = %(next)s AND attempts = %(next_attempts)s AND state = 'sending')
RETURNING id
"""


class Marks:
    """What one sender has handed over and not yet written down."""

    def __init__(self) -> None:
        self._sent: Message | None = None
        self._sent_at = timezone.now()
        self._provider_id = ""

    def begin(self, message: Message) -> bool:
        """Say that this one is being handed over now; False when somebody else owns it, or nobody may send it any more."""
        return message.pk in self._step(message)

    def sent(self, message: Message, provider_id: str) -> None:
        """The server took it. Written down with the next step, or by `settle()`."""
        self._sent, self._sent_at, self._provider_id = message, timezone.now(), provider_id

    def settle(self) -> None:
        """Write down what is not yet written down."""
        if self._sent:
            self._step(None)

    def _step(self, following: Message | None) -> set[int]:
        sent, self._sent = self._sent, None
        values = {
            "sent": sent.pk if sent else None,
            "sent_attempts": sent.attempts if sent else None,
            "sent_at": self._sent_at,
            "provider_id": self._provider_id,
            "forget": not settings.DEMO,
            "next": following.pk if following else None,
            "next_attempts": following.attempts if following else None,
        }
        with connection.cursor() as cursor:
            cursor.execute(_STEP, values)
            return {pk for (pk,) in cursor.fetchall()}


def failed(message: Message, verdict: Verdict, reason: str) -> None:
    """Write down that it was not sent, or nobody knows, and whether it is tried again."""
    if verdict is Verdict.NO_SUCH_MAILBOX:
        mine(message).update(state=Message.State.BOUNCED, reason=reason)
        suppression.suppress(message.to_address, Suppression.Reason.BOUNCE, message.customer)
    elif verdict is Verdict.REFUSED:
        mine(message).update(state=Message.State.FAILED, reason=reason)
    elif verdict is Verdict.UNKNOWN and message.topic:
        mine(message).update(state=Message.State.UNCERTAIN, reason=reason)
    elif message.attempts > len(RETRIES):
        mine(message).update(state=Message.State.FAILED, reason=reason)
    else:
        due_at = timezone.now() + timedelta(seconds=RETRIES[message.attempts - 1])
        mine(message).update(state=Message.State.QUEUED, due_at=due_at, reason=reason)


def withheld(message: Message, reason: str) -> None:
    mine(message).update(state=Message.State.WITHHELD, reason=reason)


def put_back(batch: list[Message]) -> None:
    """The mail server is away: nothing was tried, so nothing counts as an attempt and nothing ever gives up."""
    due_at = timezone.now() + timedelta(seconds=RETRIES[0])
    for message in batch:
        mine(message).update(state=Message.State.QUEUED, due_at=due_at, attempts=F("attempts") - 1)


def mine(message: Message) -> QuerySet[Message]:
    """The row, while this claim holds: each claim counts `attempts` up."""
    return Message.objects.filter(pk=message.pk, state=Message.State.SENDING, attempts=message.attempts)
