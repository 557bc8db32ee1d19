"""A message as the bytes that a mail server takes.

Most mails have the same plain shape, two alternatives of one text; writing that shape down takes a twentieth of the time
that the general way of `email` needs, and the general way stays for the rest: attachments, addresses beyond ASCII. What
thousands share, a sheet, is encoded once; each of them then encodes only what fills its gaps.
"""

import binascii
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from django.core.mail.message import forbid_multi_line_headers

from shop.mail import envelope, sheets
from shop.mail.models import Message

LONGEST_LINE = 990  # bytes; a server may refuse more than 998
SHORT = 60  # characters of a header that needs no folding
_GOES_ON = b"=\r\n"  # a line break of quoted-printable that no reader sees

Encoded = tuple[list[bytes], list[str]]  # shared words, and the names of the gaps between them


def of(message: Message) -> bytes:
    """The mail with its headers, lines ended by CRLF. Raises `BadHeaderError` for a header with a line break in it."""
    if message.attachments or not message.to_address.isascii() or not (message.html or message.sheet_id):
        return _general(message)
    boundary = f"=_{message.uid.hex}"
    headers = {
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        "MIME-Version": "1.0",
        "Subject": message.subject,
        "From": envelope.sender_of(message),
        "To": message.to_address,
        "Date": formatdate(),
        **envelope.headers_of(message),
    }
    head = "".join([f"{name}: {_header(name, str(value))}\r\n" for name, value in headers.items()])
    body = b"".join([b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in _parts(message)])
    return b"%b\r\n%b--%b--\r\n" % (head.encode("ascii"), body, boundary.encode())


def _general(message: Message) -> bytes:
    return envelope.of(message, None).message().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _header(name: str, value: str) -> str:
    is_plain = value.isascii() and value.isprintable()  # a line break is not printable
    if not is_plain or (name in ("Subject", "From") and (len(value) > SHORT or "=?" in value)):
        return _encoded(name, value)  # which refuses line breaks
    return value


@lru_cache(maxsize=512)
def _encoded(name: str, value: str) -> str:
    return forbid_multi_line_headers(name, value, "utf-8")[1]


def _parts(message: Message) -> list[bytes]:
    """The text and the HTML."""
    if message.sheet_id is None:
        return [_part(b"plain", message.text), _part(b"html", message.html)]
    text, page = _sheet(message.sheet_id)
    shown = (_filled(text, message.values, sheets.as_text), _filled(page, message.values, sheets.as_html))
    return [_headed(kind, b"quoted-printable", body) for kind, body in zip((b"plain", b"html"), shown, strict=True)]


def _part(kind: bytes, words: str) -> bytes:
    body = words.replace("\r\n", "\n").encode()
    if max(map(len, body.split(b"\n"))) > LONGEST_LINE:
        return _headed(kind, b"quoted-printable", _quoted(words))
    return _headed(kind, b"8bit", body.replace(b"\n", b"\r\n"))


def _headed(kind: bytes, encoding: bytes, body: bytes) -> bytes:
    return b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: %b\r\n\r\n%b' % (kind, encoding, body)


@lru_cache(maxsize=sheets.KEPT)
def _sheet(pk: int) -> tuple[Encoded, Encoded]:
    """Text and HTML of a sheet, ready to be joined with what fills the gaps. A sheet never changes."""
    page, text = sheets.kept(pk)
    return _shared(text), _shared(page)


def _shared(parts: sheets.Parts) -> Encoded:
    words = [_quoted(part) for part in parts[::2]]
    return [*(part + _GOES_ON for part in words[:-1]), words[-1]], parts[1::2]


def _filled(shared: Encoded, values: sheets.Values, shown: Callable[[Any], str]) -> bytes:
    words, names = shared
    filled = {name: _gap(shown(values.get(name, ""))) for name in set(names)}
    whole = [b""] * (len(words) + len(names))
    whole[::2], whole[1::2] = words, [filled[name] for name in names]
    return b"".join(whole)


def _gap(value: str) -> bytes:
    """What fills a gap, on lines of its own that are none to a reader."""
    return _quoted(value) + _GOES_ON if value else b""


def _quoted(words: str) -> bytes:
    return binascii.b2a_qp(words.replace("\r\n", "\n").encode(), istext=True).replace(b"\n", b"\r\n")
