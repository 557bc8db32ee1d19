"""The one connection of a process to the mail server, kept between messages and between tasks."""

import os
import re
import time
from contextlib import suppress
from email.utils import parseaddr
from functools import lru_cache

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from shop.mail import envelope, mime, smtp
from shop.mail.models import Message
from shop.mail.verdicts import NotHandedOver

log = structlog.get_logger(__name__)

TIMEOUT = 20  # seconds without an answer of the mail server
_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
IDLE = 5.0  # seconds after which it is asked whether it still listens
_lines: dict[tuple[object, ...], "Line"] = {}


def kept() -> "Line":
    """This process's line to the server that the settings name."""
    # A forked child must not talk into its parent's connection.
    key = (os.getpid(), settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
    if key not in _lines:
        _lines.clear()
        _lines[key] = Line()
    return _lines[key]


@lru_cache(maxsize=8)
def _address(typed: str) -> str:
    """An address as the server is told it. Raises `ValueError` for one that could be taken for more than an address."""
    if _PLAIN.fullmatch(typed):
        return typed
    return parseaddr(sanitize_address(typed, "utf-8"))[1]


class Line:
    """Hands over one message after another."""

    def __init__(self) -> None:
        self.backend: BaseEmailBackend = get_connection()
        self.used_at = 0.0
        self.is_open = False
        if hasattr(self.backend, "timeout"):
            self.backend.timeout = TIMEOUT

    def open(self) -> bool:
        """Whether the server is there."""
        if self.is_open and time.monotonic() - self.used_at > IDLE and not self._answers():
            self.close()
        if self.is_open:
            return True
        try:
            self.backend.open()
        except Exception as error:
            log.warning("mail_server_unreachable", error=str(error))
            return False
        self.is_open, self.used_at = True, time.monotonic()
        return True

    def hand_over(self, message: Message) -> str:
        """Give the message to the server; return what a provider calls it, empty over SMTP. Raises what `verdicts` knows."""
        if not isinstance(self.backend, EmailBackend):
            mail = envelope.of(message, self.backend)
            mail.send()
            self.used_at = time.monotonic()
            return envelope.provider_id(mail)
        written = mime.of(message)
        try:
            self._over_smtp(message, written)
        except NotHandedOver:
            # Servers end a session after so many mails or minutes; what was not taken may go by a new one at once.
            self.close()
            if not self.open():
                raise
            self._over_smtp(message, written)
        self.used_at = time.monotonic()
        return ""

    def close(self) -> None:
        """After an error, when nobody knows what the other side believes."""
        # A connection that broke may also break on QUIT.
        with suppress(Exception):
            self.backend.close()
        self.is_open = False

    def _over_smtp(self, message: Message, written: bytes) -> None:
        session = self.backend.connection  # type: ignore[attr-defined]
        smtp.hand_over(session, _address(envelope.sender_of(message)), _address(message.to_address), written)

    def _answers(self) -> bool:
        session = getattr(self.backend, "connection", None)
        if session is None or not isinstance(self.backend, EmailBackend):
            return True  # a provider's API opens anew by itself
        with suppress(Exception):
            return bool(session.noop()[0] == 250)
        return False
