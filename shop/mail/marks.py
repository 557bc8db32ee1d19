"""The marks a sender leaves on what it holds: begun before the server hears of a message, settled after it has answered.

A batch is one small row that names its messages in their order and the one being handed over. To begin the next is one short
statement, and says at once that the ones before are done with. Whatever dies, at most one message of each sender is in doubt.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from shop.mail import suppression
from shop.mail.models import Batch, Message, Suppression
from shop.mail.verdicts import Verdict

RETRIES = (30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400)  # seconds; after the last a message has failed

# What the provider has said about a message already stays, also where its row was swept in the meantime. A link that opens
# an account is good for hours; nobody shall find it in the database.
_SENT = """
UPDATE mail_message m SET
  state = CASE WHEN m.state IN ('sending', 'uncertain', 'queued') THEN 'sent' ELSE m.state END,
  sent_at = s.moment, reason = '', provider_id = s.provider_id,
  text = CASE WHEN m.is_secret AND %s THEN '' ELSE m.text END,
  html = CASE WHEN m.is_secret AND %s THEN '' ELSE m.html END
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::text[]) AS s(id, attempts, moment, provider_id)
WHERE m.id = s.id AND m.attempts = s.attempts
"""

_BEGIN = """
UPDATE mail_batch SET place = %s, heard_at = now() WHERE id = %s
RETURNING (SELECT state = 'sending' AND attempts = %s FROM mail_message WHERE id = %s)
"""

Taken = tuple[int, int, datetime, str]  # a message, its attempt, when the server took it, what a provider calls it


class BatchTaken(Exception):
    """The batch was taken from us as from a dead sender: nobody may send any more of it."""


class Marks:
    """What one sender holds, and how far it has come."""

    def __init__(self, messages: Sequence[Message], claimed_at: datetime) -> None:
        """In the transaction that claims the messages."""
        self.messages = messages
        self._taken: list[Taken] = []
        self._batch: Batch | None = None
        if messages:
            ids = [message.pk for message in messages]
            self._batch = Batch.objects.create(message_ids=ids, claimed_at=claimed_at, heard_at=claimed_at)

    def begin(self, place: int) -> bool:
        """Say that the message at this place is being handed over now; False when it is not ours to send any more, as when its
        customer was erased meanwhile. Raises `BatchTaken`."""
        assert self._batch is not None  # there is a message at this place
        message = self.messages[place]
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN, [place + 1, self._batch.pk, message.attempts, message.pk])
            row = cursor.fetchone()
        if row is None:
            raise BatchTaken
        return bool(row[0])

    def sent(self, message: Message, provider_id: str) -> None:
        """The server took it. Written down with the rest, unless there is something that only we know."""
        self._taken.append((message.pk, message.attempts, timezone.now(), provider_id))
        if provider_id:
            self.write_down()

    def write_down(self) -> None:
        """Say what the server took so far."""
        taken, self._taken = self._taken, []
        _sent(taken)

    @transaction.atomic
    def give_up(self, unsent: Sequence[Message] = ()) -> None:
        """Hold nothing any more: all is settled, or was not tried and is free again. Not after an error that nobody expected:
        then the batch stays, and is settled like that of a dead sender."""
        self.write_down()
        if self._batch and Batch.objects.filter(pk=self._batch.pk).delete()[0] and unsent:
            _put_back(unsent)


def settle_dead(batch: Batch) -> int:
    """Settle what a dead sender held, in the caller's transaction, which holds the batch; return how many were in doubt."""
    held = Message.objects.filter(state=Message.State.SENDING, claimed_at=batch.claimed_at)
    handed, begun = batch.message_ids[: max(batch.place - 1, 0)], batch.message_ids[max(batch.place - 1, 0) : batch.place]
    done = held.filter(pk__in=handed).values_list("pk", "attempts")
    _sent((pk, attempts, batch.heard_at, "") for pk, attempts in done)
    in_doubt = held.marketing().filter(pk__in=begun)
    count = in_doubt.update(
        state=Message.State.UNCERTAIN,
        reason=gettext_noop("The sender died. The mail provider will say whether it arrived."),
    )
    held.filter(pk__in=batch.message_ids).update(state=Message.State.QUEUED, due_at=timezone.now())
    batch.delete()
    return count


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


def mine(message: Message) -> QuerySet[Message]:
    """The row, while this claim holds: each claim counts `attempts` up."""
    return Message.objects.filter(pk=message.pk, state=Message.State.SENDING, attempts=message.attempts)


def _sent(taken: Iterable[Taken]) -> None:
    columns = [list(column) for column in zip(*taken, strict=True)]
    if columns:
        forget = not settings.DEMO
        with connection.cursor() as cursor:
            cursor.execute(_SENT, [forget, forget, *columns])


def _put_back(messages: Sequence[Message]) -> None:
    """Nothing was tried, so nothing counts as an attempt and nothing ever gives up. The batch was ours until now."""
    waiting = Message.objects.filter(pk__in=[message.pk for message in messages], state=Message.State.SENDING)
    waiting.update(state=Message.State.QUEUED, claimed_at=None, admitted_at=None, attempts=F("attempts") - 1)
