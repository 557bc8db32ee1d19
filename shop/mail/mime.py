"""A message as the bytes that a mail server takes.

Most mails have the same plain shape, two alternatives of one text; writing that shape down takes a twentieth of the time
that the general way of `email` needs, and the general way stays for the rest: attachments, addresses beyond ASCII.
"""

import binascii
from email.utils import formatdate
from functools import lru_cache

from django.core.mail.message import forbid_multi_line_headers

from shop.mail import envelope, sheets
from shop.mail.models import Message

LONGEST_LINE = 990  # bytes; a server may refuse more than 998


def of(message: Message) -> bytes:
    """The mail with its headers, lines ended by CRLF. Raises `BadHeaderError` for a header with a line break in it."""
    if message.attachments or not message.to_address.isascii() or not (message.html or message.sheet_id):
        return _general(message)
    said = sheets.filled(message)
    boundary = f"=_{message.uid.hex}"
    headers = {
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        "MIME-Version": "1.0",
        "Subject": said.subject,
        "From": envelope.sender_of(message),
        "To": message.to_address,
        "Date": formatdate(),
        **envelope.headers_of(message),
    }
    head = "".join(f"{name}: {_header(name, str(value))}\r\n" for name, value in headers.items())
    parts = [_part("plain", said.text), _part("html", said.html)]
    body = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return b"%b\r\n%b--%b--\r\n" % (head.encode("ascii"), body, boundary.encode())


def _general(message: Message) -> bytes:
    return envelope.of(message, None).message().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _header(name: str, value: str) -> str:
    if name in ("Subject", "From"):
        return _encoded(name, value)
    if not value.isascii():
        return _encoded(name, value)
    return value if value.isprintable() else _encoded(name, value)  # which refuses line breaks


@lru_cache(maxsize=512)
def _encoded(name: str, value: str) -> str:
    return forbid_multi_line_headers(name, value, "utf-8")[1]


def _part(kind: str, words: str) -> bytes:
    body, encoding = words.replace("\r\n", "\n").encode(), b"8bit"
    if max(map(len, body.split(b"\n"))) > LONGEST_LINE:
        body, encoding = binascii.b2a_qp(body, istext=True), b"quoted-printable"
    head = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: %b\r\n\r\n' % (kind.encode(), encoding)
    return head + body.replace(b"\n", b"\r\n")
