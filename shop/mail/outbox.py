"""The one way out: a message is a row before it is a mail."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.customers.models import Customer, normalised
from shop.events import bell
from shop.mail import gate, rendering, unsubscribing
from shop.mail.models import Message


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
    attachments: Iterable[Attachment] = (),
    is_secret: bool = False,
) -> Message:
    """Write a message in the caller's transaction; a sender hands it over after the commit.

    `kind` names the template, `key` the cause: the same kind and key return the first row and write nothing. With a
    `topic` the message is marketing and may come back `WITHHELD` with the reason. `context` holds plain values only.
    """
    known = Message.objects.filter(kind=kind, key=key).first()
    if known:
        return known
    address = normalised(to or (customer.email if customer else "") or "")
    spoken = _spoken(language or (customer.language if customer else ""))
    why_not = gate.objection(customer, topic, address)
    way_out = unsubscribing.path(customer, topic) if customer and topic else ""
    rendered = rendering.render(kind, {**context, **({"unsubscribe_url": absolute(way_out)} if way_out else {})}, spoken)
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
        headers=unsubscribing.headers(customer, topic) if customer and topic else {},
        attachments=[_as_json(attachment) for attachment in attachments],
        is_secret=is_secret,
        state=Message.State.WITHHELD if why_not else Message.State.QUEUED,
        reason=why_not,
        due_at=gate.opens_at(customer, topic, timezone.now()),
    )
    return _written(message)


def _written(message: Message) -> Message:
    """The row, or the one that somebody else has written for the same cause in the meantime."""
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.get(kind=message.kind, key=message.key)
    if message.state == Message.State.QUEUED:
        bell.ring("shop.mail.tasks.send_due_messages")
    return message


def absolute(path: str) -> str:
    """The full address of a path of the shop, for a mail. Never from the request: its host may be forged."""
    return path if path.startswith(("http://", "https://")) else f"{settings.SHOP_URL}/{path.lstrip('/')}"


def _spoken(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _as_json(attachment: Attachment) -> dict[str, str]:
    return {
        "name": attachment.name,
        "type": attachment.content_type,
        "content": base64.b64encode(attachment.content).decode(),
    }
