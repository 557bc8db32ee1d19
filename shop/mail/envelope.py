"""A message row as a mail: from whom, with which headers."""

import base64
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from shop.mail import sheets, unsubscribing
from shop.mail.models import Message


def sender_of(message: Message) -> str:
    """From whom it comes: marketing may have an address of its own, so that its reputation is not that of receipts."""
    return str(settings.MAIL_MARKETING_FROM if message.topic else settings.DEFAULT_FROM_EMAIL)


def headers_of(message: Message) -> dict[str, str]:
    """The headers besides the usual ones. Sent again it carries the same Message-ID, so that mailboxes can tell."""
    way_out = message.values.get("way_out")  # gone with the rest of what an erased person was told
    of_sheet = unsubscribing.headers(message.topic, f"/{way_out}") if way_out else {}
    return {
        "Message-ID": f"<{message.uid}@{_domain(sender_of(message))}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
        **(of_sheet if message.sheet_id else message.headers),
    }


@lru_cache(maxsize=8)
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def of(message: Message, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
    """The mail as it leaves."""
    said = sheets.filled(message)
    mail = EmailMultiAlternatives(
        subject=said.subject,
        body=said.text,
        from_email=sender_of(message),
        to=[message.to_address],
        connection=connection,
        headers=headers_of(message),
    )
    if said.html:
        mail.attach_alternative(said.html, "text/html")
    for file in message.attachments:
        mail.attach(file["name"], base64.b64decode(file["content"]), file["type"])
    # Anymail hands `metadata` to the provider, which repeats it in its webhooks.
    vars(mail)["metadata"] = {"message": str(message.uid)}
    return mail


def provider_id(mail: EmailMultiAlternatives) -> str:
    """What the provider calls the mail that it has just taken, empty over SMTP."""
    status = getattr(mail, "anymail_status", None)
    return str(getattr(status, "message_id", "") or "")
