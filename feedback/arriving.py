"""Mails that customers write: answers join their conversation, others begin one. Whatever is handed over twice counts once."""

from datetime import datetime, timedelta
from typing import Any

from anymail.signals import AnymailInboundEvent, EventType, inbound
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback import cases, incoming, reply_address
from feedback.incoming import Incoming
from feedback.models import Case, Entry, ReceivedMail
from shop.mail.webhooks import NotTaken

NEW_AN_HOUR = 5  # conversations that one address begins; more join the last of them
WORDS_AN_HOUR = 30  # in one conversation
SPAM = gettext_noop("The mail provider takes it for spam.")
TOO_MANY = gettext_noop("There were too many in an hour.")


@receiver(inbound)
def _arrived(event: AnymailInboundEvent, **kwargs: Any) -> None:
    if event.event_type != EventType.INBOUND or event.message is None:
        return
    key, now = incoming.key_of(event.message), timezone.now()
    if ReceivedMail.objects.filter(key=key).exists():
        return
    mail = incoming.read(event.message)
    try:
        take(key, mail, now)
    except Exception as error:
        raise NotTaken from error


@transaction.atomic
def take(key: str, mail: Incoming, now: datetime) -> ReceivedMail:
    """Write a mail down and do what follows from it, both or neither; a second call with the same key changes nothing."""
    received, is_new = ReceivedMail.objects.get_or_create(
        key=key, defaults={"outcome": ReceivedMail.Outcome.IGNORED, "received_at": now}
    )
    if not is_new:
        return received
    if mail.ignored:
        received.why = mail.ignored
    elif case := _case_of(mail, now):
        _join(received, case, mail, now)
    elif mail.is_spam:
        received.why = SPAM
    else:
        _begin(received, mail, now)
    received.save()
    return received


def _case_of(mail: Incoming, now: datetime) -> Case | None:
    """The conversation that the address it was sent to leads to."""
    found = (reply_address.case_of(address, now) for address in mail.to)
    return next((case for case in found if case), None)


def _join(received: ReceivedMail, case: Case, mail: Incoming, now: datetime) -> None:
    lately = case.entries.filter(kind=Entry.Kind.FROM_CUSTOMER, created_at__gt=now - timedelta(hours=1))
    if lately.count() >= WORDS_AN_HOUR:
        received.why = TOO_MANY
        return
    received.outcome = ReceivedMail.Outcome.JOINED
    received.entry = cases.customer_writes(case, mail.text, now, files=mail.files, address=mail.address)


def _begin(received: ReceivedMail, mail: Incoming, now: datetime) -> None:
    """A conversation of its own; somebody who begins one after the other is heard in the last of them."""
    lately = Case.objects.filter(source=Case.Source.MAIL, email=mail.address, opened_at__gt=now - timedelta(hours=1))
    if lately.count() >= NEW_AN_HOUR:
        last = lately.select_related("customer").latest("pk")
        _join(received, last, mail, now)
        return
    received.outcome = ReceivedMail.Outcome.OPENED
    received.entry = cases.from_mail(mail, now)
