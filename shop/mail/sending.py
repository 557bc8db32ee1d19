"""Handing messages to the mail server: order mail is never lost, marketing never leaves twice."""

import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from shop.mail import admission, gate, lines, verdicts
from shop.mail.lines import Line
from shop.mail.marks import RETRIES, BatchTaken, Marks, failed, settle_dead, withheld
from shop.mail.models import Batch, Message
from shop.mail.verdicts import Verdict

__all__ = ["RETRIES", "claim", "send_due", "sweep"]

log = structlog.get_logger(__name__)

BATCH = 10  # messages claimed at once by one sender
MANY = 200  # the same for marketing, of which there may be thousands
LONGEST = 60.0  # seconds for which a batch is held; with a slow server the rest is left to whoever comes next
FRESH = 10.0  # seconds for which an answer about consent counts: a batch may take long when the server is slow
# A sender that says nothing for so long counts as dead. A server that needs nearly `lines.TIMEOUT` for each answer can keep a
# living one silent for longer: order mail may then leave twice, and marketing is in doubt until that sender speaks again.
STALE = timedelta(minutes=2)


def send_due(seconds: float = 240) -> int:
    """Send what is due for at most so long; return how many were looked at. Any number of senders may run at once.

    It ends by itself well before the time limit of a task, which would kill it in the middle of a message.
    """
    line = lines.kept()
    count, until = 0, time.monotonic() + seconds
    # Nothing is claimed while the server is away: nothing was tried, so nothing counts as an attempt.
    while time.monotonic() < until and line.open():
        looked_at, marks = claim(BATCH, MANY)
        if not looked_at:
            break
        count += looked_at
        _send_all(marks, line)
    return count


def claim(size: int, many: int = 0) -> tuple[int, Marks]:
    """Take messages that no other sender holds and that may leave now: what orders need first; of marketing `many` at once.

    Return how many were looked at, and those that may leave.
    """
    now = timezone.now()
    with transaction.atomic():
        batch = admission.due_needed(size) or admission.due_marketing(many or size)
        return len(batch), Marks(admission.admit(batch, now), now)


def sweep() -> int:
    """Settle what dead senders held; return how many were dead. What was only claimed, and what an order needs, goes out
    again; marketing whose handing over had begun stays in doubt."""
    with transaction.atomic():
        silent = Batch.objects.filter(heard_at__lt=timezone.now() - STALE)
        dead = list(silent.select_for_update(skip_locked=True))
        in_doubt = sum(settle_dead(batch) for batch in dead)
    if dead:
        log.warning("senders_died", senders=len(dead), in_doubt=in_doubt)
    return len(dead)


def _send_all(marks: Marks, line: Line) -> None:
    """Send those that may leave, one after another, and settle them."""
    try:
        unsent = _send_each(marks, line)
    finally:
        marks.write_down()
    marks.give_up(unsent)


def _send_each(marks: Marks, line: Line) -> Sequence[Message]:
    """Those that were not tried."""
    objections: dict[int, str] = {}
    began_at = asked_at = time.monotonic()
    for place, message in enumerate(marks.messages):
        now = time.monotonic()
        if now - began_at > LONGEST or not line.open():
            return marks.messages[place:]
        if now - asked_at > FRESH:
            objections, asked_at = _objections(marks.messages[place:]), now
        if objections.get(message.pk):
            withheld(message, objections[message.pk])
            continue
        try:
            is_ours = marks.begin(place)
        except BatchTaken:
            return marks.messages[place:]
        if is_ours:
            send_one(message, line, marks)
    return ()


def send_one(message: Message, line: Line, marks: Marks) -> None:
    """From the mark that it begins to the answer of the server."""
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


def _objections(batch: Sequence[Message]) -> dict[int, str]:
    """Why each must not leave now, by id; asked again here because people change their minds after a message is written."""
    said = gate.objections([(message.customer, message.topic, message.to_address) for message in batch])
    return dict(zip([message.pk for message in batch], said, strict=True))
