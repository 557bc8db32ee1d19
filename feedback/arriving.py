"""Mails that customers write: answers join their conversation, others begin one. Whatever is handed over twice counts once."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from anymail.signals import AnymailInboundEvent, EventType, inbound
from django.db import DataError, transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback import cases, floods, incoming, reply_address
from feedback.enclosing import File
from feedback.incoming import Incoming, Unreadable
from feedback.models import Case, Entry, ReceivedMail
from shop.mail.webhooks import NotNow, NotTaken

NEW_AN_HOUR = 5  # conversations that one address begins; more join the last of them
WORDS_AN_HOUR = 30  # in one conversation
SPAM = gettext_noop("The mail provider takes it for spam.")
TOO_MANY = gettext_noop("There were too many in an hour.")
NOTHING = gettext_noop("There is nothing in it.")
BROKEN = gettext_noop("It could not be read.")

logger = logging.getLogger(__name__)


@receiver(inbound)
def _arrived(event: AnymailInboundEvent, **kwargs: Any) -> None:
    if event.event_type != EventType.INBOUND or event.message is None:
        return
    try:
        _take_or_leave(event.message, timezone.now())
    except NotNow:
        raise
    except Exception as error:
        raise NotTaken from error


def _take_or_leave(message: Any, now: datetime) -> None:
    """What cannot be read or kept today cannot be tomorrow either: it is written down as such, not asked for again."""
    key = incoming.key_of(message)
    try:
        take(key, message, now)
    except (Unreadable, DataError, UnicodeError):
        logger.exception("The mail %s cannot be read and is left out.", key)
        defaults = {"outcome": ReceivedMail.Outcome.IGNORED, "why": BROKEN, "received_at": now}
        ReceivedMail.objects.get_or_create(key=key, defaults=defaults)


@transaction.atomic
def take(key: str, message: Any, now: datetime) -> ReceivedMail:
    """Write a mail down and do what follows from it, both or neither; a second call with the same key changes nothing.

    Raises Unreadable, or NotNow while so many begin conversations that this one has to wait.
    """
    received, is_new = ReceivedMail.objects.get_or_create(
        key=key, defaults={"outcome": ReceivedMail.Outcome.IGNORED, "received_at": now}
    )
    if not is_new:
        return received
    mail = incoming.read(message)
    case = None if mail.ignored else _case_of(mail, now)
    received.why = mail.ignored or (SPAM if mail.is_spam and case is None else "")
    if not received.why:
        _hear(received, mail, case or _last_of_many(mail, now), now)
    received.save()
    return received


def _case_of(mail: Incoming, now: datetime) -> Case | None:
    """The conversation that the address it was sent to leads to."""
    found = (reply_address.case_of(address, now) for address in mail.to)
    return next((case for case in found if case), None)


def _last_of_many(mail: Incoming, now: datetime) -> Case | None:
    """Somebody who begins one conversation after the other is heard in the last of them."""
    lately = Case.objects.filter(source=Case.Source.MAIL, email=mail.address, opened_at__gt=now - timedelta(hours=1))
    return lately.select_related("customer").latest("pk") if lately.count() >= NEW_AN_HOUR else None


def _hear(received: ReceivedMail, mail: Incoming, case: Case | None, now: datetime) -> None:
    """In its conversation or one of its own. What there is no place for is not even looked into."""
    if case is None and floods.is_full(now):
        raise NotNow
    if case and _words_lately(case, now) >= WORDS_AN_HOUR:
        received.why = TOO_MANY
        return
    files = mail.files(has_room=floods.has_room(now))
    if not mail.text and not files:
        received.why = NOTHING
        return
    received.size = _size(mail.text, files)
    if case:
        received.outcome = ReceivedMail.Outcome.JOINED
        received.entry = cases.customer_writes(case, mail.text, now, files=files, address=mail.address)
    else:
        received.outcome = ReceivedMail.Outcome.OPENED
        received.entry = cases.from_mail(mail, now, files=files)


def _words_lately(case: Case, now: datetime) -> int:
    return case.entries.filter(kind=Entry.Kind.FROM_CUSTOMER, created_at__gt=now - timedelta(hours=1)).count()


def _size(text: str, files: Collection[File]) -> int:
    return len(text.encode()) + sum(len(file.content or b"") for file in files)
