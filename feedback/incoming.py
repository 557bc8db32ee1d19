"""A mail as it came in, in plain values. Nothing in it is to be believed: neither who it says it is from, nor its files."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from feedback import enclosing, quoting, reply_address
from feedback.enclosing import File
from shop.customers.models import normalised
from shop.mail import plaintext

RECIPIENTS = ("To", "Cc", "Bcc", "Delivered-To", "X-Original-To")
MOST_PARTS = 200
LONGEST_READ = 400_000  # characters of a body; what is new in an answer stands at its head

NOBODY = gettext_noop("It does not say from whom.")
OURSELVES = gettext_noop("It is one of our own.")
AUTOMATIC = gettext_noop("A machine wrote it.")
TO_MANY = gettext_noop("It went to a list.")


class Unreadable(Exception):
    """No program can tell what the mail says, however often it is handed over."""


@dataclass(frozen=True)
class Incoming:
    """Who wrote to which addresses; `ignored` says why nobody needs to read it.

    What they wrote is looked into when somebody asks for it: most of what machines send is never decoded.
    """

    address: str
    name: str
    to: tuple[str, ...]
    subject: str
    is_spam: bool
    ignored: str
    message: Any = field(repr=False)

    @cached_property
    def text(self) -> str:
        """What is new in its text. Raises Unreadable."""
        with _reading():
            return quoting.new_words(_body_of(self.message), reply_address.MARK)

    def files(self, *, has_room: bool) -> list[File]:
        """The files that come with it, ready to be kept if there is room for them. Raises Unreadable."""
        with _reading():
            return enclosing.read(_parts(self.message), has_room=has_room)


def key_of(message: Any) -> str:
    """The same for the same mail, however often it is handed over, and whether or not it can be read."""
    raw = {str(name).lower(): str(value) for name, value in message.raw_items()}
    told = raw.get("message-id", "").strip()
    if not told:
        told = "\n".join([*(raw.get(name, "") for name in ("from", "date", "subject")), _body_or_nothing(message)])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def read(message: Any) -> Incoming:
    """The head of a mail. Raises Unreadable."""
    with _reading():
        name, address = parseaddr(_header(message, "From"))
        return Incoming(
            address=_address(address),
            name=quoting.tidy(name)[:120],
            to=tuple(_recipients(message)),
            subject=" ".join(quoting.tidy(_header(message, "Subject")).split())[:200],
            is_spam=bool(message.spam_detected),
            ignored=_why_ignored(message, _address(address)),
            message=message,
        )


@contextmanager
def _reading() -> Iterator[None]:
    """Python's parser raises whatever comes to it over mails that are broken in new ways."""
    try:
        yield
    except Exception as error:
        raise Unreadable from error


def _why_ignored(message: Any, address: str) -> str:
    """Machines answer machines for ever: what one of them wrote is not answered, and not shown to anybody."""
    if not address:
        return NOBODY
    if address in _own_addresses() or address.endswith(f"@{settings.INBOUND_DOMAIN}"):
        return OURSELVES
    if _is_automatic(message, address):
        return AUTOMATIC
    is_for_many = _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list") or message.get("List-Id")
    return TO_MANY if is_for_many else ""


def _is_automatic(message: Any, address: str) -> bool:
    """As RFC 3834 and older customs say it: bounces, notes of absence, robots that answer."""
    said = _header(message, "Auto-Submitted").split(";")[0].strip().lower() not in ("", "no")
    said = said or _header(message, "Precedence").strip().lower() == "auto_reply"
    said = said or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
    is_report = message.get_content_type() == "multipart/report" or message.envelope_sender == ""
    return said or is_report or address.partition("@")[0] in ("mailer-daemon", "postmaster", "noreply", "no-reply")


def _own_addresses() -> set[str]:
    return {normalised(parseaddr(one)[1]) for one in (settings.DEFAULT_FROM_EMAIL, settings.MAIL_MARKETING_FROM)}


def _recipients(message: Any) -> Iterator[str]:
    if message.envelope_recipient:
        yield str(message.envelope_recipient)
    for header in RECIPIENTS:
        for value in (message.get_all(header) or [])[:5]:
            yield from (parseaddr(one)[1] for one in str(value).split(",")[:50])


def _address(typed: str) -> str:
    address = normalised(typed)
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""


def _header(message: Any, name: str) -> str:
    return str(message.get(name) or "")


def _body_of(message: Any) -> str:
    """The plain text, or the text of the HTML where there is no other."""
    plain, html = "", ""
    for part in _parts(message):
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/plain":
            plain = plain or _decoded(part)
        elif part.get_content_type() == "text/html":
            html = html or _decoded(part)
    return plain if plain.strip() else plaintext.of(html)


def _body_or_nothing(message: Any) -> str:
    try:
        with _reading():
            return _body_of(message)
    except Unreadable:
        return ""


def _decoded(part: Any) -> str:
    """The words of a part, whatever it says about how they are written."""
    raw = (part.get_payload(decode=True) or b"")[:LONGEST_READ]
    try:
        return str(raw.decode(part.get_content_charset("utf-8"), "replace"))
    except LookupError:
        return str(raw.decode("utf-8", "replace"))


def _parts(message: Any) -> Iterable[Any]:
    """The parts of the mail itself; a mail that hangs on it is one part."""
    found: list[Any] = []
    waiting = [message]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        found.append(part)
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting[:0] = part.get_payload()
    return found
