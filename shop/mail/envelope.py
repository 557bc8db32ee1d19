"""A message row as a mail: from whom, with which headers."""

import base64
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from shop.mail.models import Message


def of(message: Message, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
    """The mail as it leaves. Sent again it carries the same Message-ID, so that mailboxes can tell."""
    sender = settings.MAIL_MARKETING_FROM if message.topic else settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=sender,
        to=[message.to_address],
        connection=connection,
        headers={
            "Message-ID": f"<{message.uid}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
            **message.headers,
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for file in message.attachments:
        mail.attach(file["name"], base64.b64decode(file["content"]), file["type"])
    # Anymail hands `metadata` to the provider, which repeats it in its webhooks.
    vars(mail)["metadata"] = {"message": str(message.uid)}
    return mail


def provider_id(mail: EmailMultiAlternatives) -> str:
    """What the provider calls the mail that it has just taken, empty over SMTP."""
    status = getattr(mail, "anymail_status", None)
    return str(getattr(status, "message_id", "") or "")
