"""Handing messages to the mail server: order mail is never lost, marketing never leaves twice."""

import time
from contextlib import suppress
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from shop.mail import envelope, gate, suppression, verdicts
from shop.mail.models import Message, Suppression
from shop.mail.verdicts import Verdict

log = structlog.get_logger(__name__)

BATCH = 10  # messages claimed at once by one sender
TIMEOUT = 20  # seconds without an answer of the mail server
STALE = timedelta(minutes=2)  # after which a sender that holds a message must be dead: longer than any exchange above
RETRIES = (30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400)  # seconds; after the last a message has failed


def send_due(seconds: float = 240) -> int:
    """Send what is due for at most so long; return how many were tried. Any number of senders may run at once.

    It ends by itself well before the time limit of a task, which would kill it in the middle of a message.
    """
    connection = get_connection()
    if hasattr(connection, "timeout"):
        connection.timeout = TIMEOUT
    count, until = 0, time.monotonic() + seconds
    try:
        while time.monotonic() < until and (batch := claim(BATCH)):
            for message in batch:
                if not _opened(connection):
                    _put_back(batch)
                    return count
                _send(message, connection)
                count += 1
    finally:
        _close(connection)
    return count


def claim(size: int) -> list[Message]:
    """Take messages that no other sender holds, what orders need first."""
    with transaction.atomic():
        free = Message.objects.due().select_related("customer").select_for_update(skip_locked=True, of=("self",))
        batch = list(free.needed()[:size]) or list(free[:size])
        now = timezone.now()
        for message in batch:
            message.state, message.claimed_at, message.started_at = Message.State.SENDING, now, None
            message.attempts += 1
        Message.objects.bulk_update(batch, ["state", "claimed_at", "started_at", "attempts"])
    return batch


def sweep() -> int:
    """Settle what dead senders held; return how many. What was only claimed, and what an order needs, goes out again;
    marketing whose handing over had begun stays in doubt."""
    held = Message.objects.filter(state=Message.State.SENDING, claimed_at__lt=timezone.now() - STALE)
    in_doubt = (
        held.exclude(topic="")
        .filter(started_at__isnull=False)
        .update(
            state=Message.State.UNCERTAIN,
            reason=gettext_noop("The sender died. The mail provider will say whether it arrived."),
        )
    )
    again = held.filter(Q(topic="") | Q(started_at=None)).update(state=Message.State.QUEUED, due_at=timezone.now())
    if in_doubt or again:
        log.warning("senders_died", in_doubt=in_doubt, again=again)
    return in_doubt + again


def _send(message: Message, connection: BaseEmailBackend) -> None:
    """One message, from the last look at consent to the row that says how it went."""
    why_not = gate.objection(message.customer, message.topic, message.to_address)
    if why_not:
        _mine(message).update(state=Message.State.WITHHELD, reason=why_not)
        return
    mail = envelope.of(message, connection)
    # Earlier ones of the batch may have taken long: whoever swept this one up meanwhile owns it now.
    if not _mine(message).update(claimed_at=Now(), started_at=Now()):
        return
    try:
        mail.send()
    except Exception as error:
        _close(connection)
        _settle(message, error)
    else:
        _note_sent(message, envelope.provider_id(mail))


def _note_sent(message: Message, provider_id: str) -> None:
    """Also for a row that was swept in the meantime; what the provider has said about it already stays."""
    unsettled = [Message.State.SENDING, Message.State.UNCERTAIN, Message.State.QUEUED]
    state = Case(When(state__in=unsettled, then=Value(Message.State.SENT)), default=F("state"))
    # A link that opens an account is good for hours; nobody shall find it in the database.
    gone = {"text": "", "html": ""} if message.is_secret and not settings.DEMO else {}
    Message.objects.filter(pk=message.pk, attempts=message.attempts).update(
        state=state, sent_at=timezone.now(), reason="", provider_id=provider_id, **gone
    )


def _settle(message: Message, error: Exception) -> None:
    verdict, reason = verdicts.of(error), f"{type(error).__name__}: {error}"[:255]
    log.warning("mail_not_sent", message=message.pk, verdict=verdict.value, error=type(error).__name__)
    if verdict is Verdict.NO_SUCH_MAILBOX:
        _mine(message).update(state=Message.State.BOUNCED, reason=reason)
        suppression.suppress(message.to_address, Suppression.Reason.BOUNCE, message.customer)
    elif verdict is Verdict.REFUSED:
        _mine(message).update(state=Message.State.FAILED, reason=reason)
    elif verdict is Verdict.UNKNOWN and message.topic:
        _mine(message).update(state=Message.State.UNCERTAIN, reason=reason)
    elif message.attempts > len(RETRIES):
        _mine(message).update(state=Message.State.FAILED, reason=reason)
    else:
        due_at = timezone.now() + timedelta(seconds=RETRIES[message.attempts - 1])
        _mine(message).update(state=Message.State.QUEUED, due_at=due_at, reason=reason)


def _put_back(batch: list[Message]) -> None:
    """The mail server is away: nothing was tried, so nothing counts as an attempt and nothing ever gives up."""
    due_at = timezone.now() + timedelta(seconds=RETRIES[0])
    for message in batch:
        _mine(message).update(state=Message.State.QUEUED, due_at=due_at, attempts=F("attempts") - 1)


def _mine(message: Message) -> QuerySet[Message]:
    """The row, while this claim holds: each claim counts `attempts` up."""
    return Message.objects.filter(pk=message.pk, state=Message.State.SENDING, attempts=message.attempts)


def _opened(connection: BaseEmailBackend) -> bool:
    try:
        connection.open()
    except Exception as error:
        log.warning("mail_server_unreachable", error=str(error))
        return False
    return True


def _close(connection: BaseEmailBackend) -> None:
    # A connection that broke may also break on QUIT.
    with suppress(Exception):
        connection.close()
