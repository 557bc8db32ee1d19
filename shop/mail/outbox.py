"""The one way out: a message is a row before it is a mail."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from shop.customers.models import Customer, normalised
from shop.events import bell
from shop.mail import admission, attention, gate, inserting, preferring, rendering, sheets, unsubscribing
from shop.mail.models import Message, Sheet


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    content_type: str
    content: bytes


def send(
    kind: str,
    customer: Customer | None,
    context: Mapping[str, Any],
    *,
    key: str,
    language: str | None = None,
    topic: str = "",
    to: str | None = None,
    reply_to: str = "",
    attachments: Iterable[Attachment] = (),
    is_secret: bool = False,
    priority: int = 0,
    expires_at: datetime | None = None,
) -> Message:
    """Write a message in the caller's transaction; a sender hands it over after the commit.

    `kind` names the template, `key` the cause: the same kind and key return the first row and write nothing. With a
    `topic` the message is marketing and may come back `WITHHELD` with the reason. `context` holds plain values only.
    `reply_to`: where answers go, if not to the sender.
    """
    known = Message.objects.filter(kind=kind, key=key).first()
    if known:
        return known
    address = normalised(to or (customer.email if customer else "") or "")
    spoken = _spoken(language or (customer.language if customer else ""))
    why_not = gate.objection(customer, topic, address)
    way_out = unsubscribing.path(customer, topic) if customer and topic else ""
    links = (
        {"unsubscribe_url": absolute(way_out), "preferences_url": absolute(preferring.path(customer, spoken))}
        if way_out and customer
        else {}
    )
    rendered = rendering.render(kind, {**context, **links}, spoken)
    message = Message(
        customer=customer,
        to_address=address,
        kind=kind,
        key=key,
        topic=topic,
        language=spoken,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=(unsubscribing.headers(topic, way_out) if way_out else {}) | _answered_at(reply_to),
        attachments=[_as_json(attachment) for attachment in attachments],
        is_secret=is_secret,
        state=Message.State.WITHHELD if why_not else Message.State.QUEUED,
        reason=why_not,
        due_at=gate.opens_at(customer, topic, timezone.now()),
        priority=priority,
        expires_at=expires_at,
    )
    return _written(message)


@transaction.atomic
def send_as_is(kind: str, *, to: str, key: str, language: str, subject: str, text: str, html: str) -> Message:
    """Write a message to a member of staff whose words are ready, such as a letter to be looked at in a mailbox."""
    words = {"subject": " ".join(subject.split())[:255], "text": text, "html": html}
    return _written(Message(to_address=normalised(to), kind=kind, key=key, language=language, **words))


@dataclass(frozen=True)
class Draft:
    """One of many messages on one sheet: to whom, because of what, what fills the gaps, and from when it may leave."""

    customer: Customer
    key: str
    values: Mapping[str, str | list[str]]
    due_at: datetime
    expires_at: datetime | None = None
    uid: UUID = field(default_factory=uuid4)


def send_many(
    kind: str, sheet: Sheet, drafts: Sequence[Draft], *, topic: str, priority: int = 0, is_asked: bool = False
) -> list[Message]:
    """Write marketing for many in the caller's transaction, in their order; the gate is asked for all at once.

    A message that may not be sent is written as `WITHHELD` with the reason. The gap `way_out` fills itself: the path that
    stops these mails. `is_asked`: the caller has just asked the gate, and nothing spoke against any of them. Raises
    `IntegrityError` if one of the keys was written before: the caller locks what they stand for.
    """
    wishes = [(draft.customer, topic, draft.customer.email or "") for draft in drafts]
    reasons = [""] * len(wishes) if is_asked else gate.objections(wishes)
    moments = gate.open_at(wishes, timezone.now())
    subject = sheets.parts_of(sheet.subject)
    messages = [
        _on_sheet(kind, sheet, subject, draft, topic, priority, reason, moment)
        for draft, reason, moment in zip(drafts, reasons, moments, strict=True)
    ]
    inserting.messages(messages)
    admission.note(messages)
    if any(message.state == Message.State.QUEUED for message in messages):
        bell.ring("shop.mail.tasks.send_due_messages")
    return messages


def _on_sheet(
    kind: str, sheet: Sheet, subject: sheets.Parts, draft: Draft, topic: str, priority: int, why_not: str, opens_at: datetime
) -> Message:
    way_out = unsubscribing.path(draft.customer, topic)
    values = {
        **draft.values,
        "way_out": way_out.lstrip("/"),
        "choices": preferring.path(draft.customer, sheet.language).lstrip("/"),
    }
    return Message(
        uid=draft.uid,
        customer=draft.customer,
        to_address=normalised(draft.customer.email or ""),
        kind=kind,
        key=draft.key,
        topic=topic,
        language=sheet.language,
        sheet=sheet,
        values=values,
        subject=sheets.in_subject(subject, values),
        state=Message.State.WITHHELD if why_not else Message.State.QUEUED,
        reason=why_not,
        due_at=max(draft.due_at, opens_at),
        priority=priority,
        expires_at=draft.expires_at,
    )


def hold(messages: QuerySet[Message]) -> int:
    """Keep what is waiting from leaving; what a sender has in its hands leaves. Return how many."""
    return messages.filter(state=Message.State.QUEUED).update(state=Message.State.HELD)


def let_go(messages: QuerySet[Message]) -> int:
    """The opposite of `hold`. How long they may wait is counted anew: it was not they who were too slow."""
    patience = timezone.now() + timedelta(days=attention.current().patience_days)
    held = messages.filter(state=Message.State.HELD)
    count = held.update(state=Message.State.QUEUED, expires_at=Greatest("expires_at", Value(patience)))
    if count:
        bell.ring("shop.mail.tasks.send_due_messages")
    return count


def withdraw(messages: QuerySet[Message], reason: str) -> int:
    """Never send what is still waiting. Return how many."""
    waiting = messages.filter(state__in=[Message.State.QUEUED, Message.State.HELD])
    return waiting.update(state=Message.State.WITHHELD, reason=reason)


def _written(message: Message) -> Message:
    """The row, or the one that somebody else has written for the same cause in the meantime."""
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.get(kind=message.kind, key=message.key)
    admission.note([message])
    if message.state == Message.State.QUEUED:
        bell.ring("shop.mail.tasks.send_due_messages")
    return message


def absolute(path: str) -> str:
    """The full address of a path of the shop, for a mail. Never from the request: its host may be forged."""
    return path if path.startswith(("http://", "https://")) else f"{settings.SHOP_URL}/{path.lstrip('/')}"


def _answered_at(address: str) -> dict[str, str]:
    return {"Reply-To": address} if address else {}


def _spoken(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _as_json(attachment: Attachment) -> dict[str, str]:
    return {
        "name": attachment.name,
        "type": attachment.content_type,
        "content": base64.b64encode(attachment.content).decode(),
    }
