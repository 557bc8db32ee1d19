"""Handing messages to the mail server: order mail is never lost, marketing never leaves twice."""

import time
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from shop.mail import admission, gate, lines, verdicts
from shop.mail.lines import Line
from shop.mail.marks import RETRIES, Marks, failed, put_back, withheld
from shop.mail.models import Message
from shop.mail.verdicts import Verdict

__all__ = ["RETRIES", "claim", "send_due", "sweep"]

log = structlog.get_logger(__name__)

BATCH = 10  # messages claimed at once by one sender
MANY = 100  # the same for marketing, of which there may be thousands
FRESH = 10.0  # seconds for which an answer about consent counts: a batch may take long when the server is slow
STALE = timedelta(minutes=2)  # after which a sender that holds a message must be dead: longer than any exchange


def send_due(seconds: float = 240) -> int:
    """Send what is due for at most so long; return how many were looked at. Any number of senders may run at once.

    It ends by itself well before the time limit of a task, which would kill it in the middle of a message.
    """
    line, marks = lines.kept(), Marks()
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and (batch := claim(BATCH, MANY)):
        if not _send_all(batch, line, marks):
            break
        count += len(batch)
    return count


def claim(size: int, many: int = 0) -> list[Message]:
    """Take messages that no other sender holds, what orders need first; of marketing `many` at once."""
    with transaction.atomic():
        free = Message.objects.due().select_related("customer").select_for_update(skip_locked=True, of=("self",))
        batch = list(free.needed()[:size]) or list(free[: many or size])
        now = timezone.now()
        Message.objects.filter(pk__in=[message.pk for message in batch]).update(
            state=Message.State.SENDING, claimed_at=now, started_at=None, attempts=F("attempts") + 1
        )
        for message in batch:
            message.state, message.claimed_at, message.started_at = Message.State.SENDING, now, None
            message.attempts += 1
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


def _send_all(batch: list[Message], line: Line, marks: Marks) -> bool:
    """Send those that may leave, one after another; False when the server went away and the rest was put back."""
    if not line.open():
        put_back(batch)
        return False
    admitted = admission.admit(batch)
    objections, asked_at = dict.fromkeys((message.pk for message in admitted), ""), time.monotonic()
    try:
        for place, message in enumerate(admitted):
            if not line.open():
                put_back(admitted[place:])
                return False
            if time.monotonic() - asked_at > FRESH:
                objections, asked_at = _objections(admitted[place:]), time.monotonic()
            if objections[message.pk]:
                withheld(message, objections[message.pk])
            else:
                send_one(message, line, marks)
    finally:
        marks.settle()
    return True


def send_one(message: Message, line: Line, marks: Marks) -> None:
    """From the mark that it begins to the answer of the server."""
    # Earlier ones of the batch may have taken long: whoever swept this one up meanwhile owns it now.
    if not marks.begin(message):
        return
    try:
        provider_id = line.hand_over(message)
    except Exception as error:
        verdict, reason = verdicts.of(error), f"{type(error).__name__}: {error}"[:255]
        if verdict in (Verdict.UNKNOWN, Verdict.LATER):  # a plain refusal leaves the session in order
            line.close()
        log.warning("mail_not_sent", message=message.pk, verdict=verdict.value, error=type(error).__name__)
        failed(message, verdict, reason)
    else:
        marks.sent(message, provider_id)


def _objections(batch: list[Message]) -> dict[int, str]:
    """Why each must not leave now, by id; asked again here because people change their minds after a message is written."""
    said = gate.objections([(message.customer, message.topic, message.to_address) for message in batch])
    return dict(zip([message.pk for message in batch], said, strict=True))
