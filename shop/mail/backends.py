"""Where the demo's mail goes."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Mailbox(BaseEmailBackend):
    """Takes every mail and sends none: all messages are rows already, and /mailbox/ shows them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            mail.message()  # a mail that could not be written must fail here too
        return len(email_messages)
