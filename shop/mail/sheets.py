"""Words that many messages share, and how each message fills the gaps in them.

A gap is a name between two characters that nobody types. A value is plain text, which HTML escapes, or a pair of HTML
and text that the shop itself has drawn, such as the products of the person's last order.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from shop.mail.models import Message, Sheet
from shop.mail.rendering import Rendered

OPEN, CLOSE = "\ue000", "\ue001"
_GAP = re.compile(f"{OPEN}([a-z0-9_]+){CLOSE}")
_MARKS = str.maketrans("", "", OPEN + CLOSE)
KEPT = 64  # sheets a sender keeps: a few newsletters in each language

Values = Mapping[str, str | list[str]]
Parts = list[str]  # words, name of a gap, words, name of a gap, …, words


def gap(name: str) -> str:
    """What stands in a sheet where a value goes."""
    return f"{OPEN}{name}{CLOSE}"


def without_gaps(typed: str) -> str:
    """What somebody typed, so that it cannot name a gap."""
    return typed.translate(_MARKS)


def parts_of(words: str) -> Parts:
    return _GAP.split(words)


def names_in(words: str) -> set[str]:
    """The gaps in some words."""
    return set(_GAP.findall(words))


def in_html(parts: Parts, values: Values) -> str:
    """HTML with its gaps filled; a value that is missing leaves nothing."""
    return "".join(as_html(values.get(part, "")) if place % 2 else part for place, part in enumerate(parts))


def in_text(parts: Parts, values: Values) -> str:
    """Text with its gaps filled."""
    return "".join(as_text(values.get(part, "")) if place % 2 else part for place, part in enumerate(parts))


def in_subject(parts: Parts, values: Values) -> str:
    """One line of at most 255 characters, whatever a value holds."""
    return " ".join(in_text(parts, values).split())[:255]


def filled(message: Message) -> Rendered:
    """What a message says, whether it was written whole or on a sheet."""
    if message.sheet_id is None:
        return Rendered(message.subject, message.text, message.html)
    html, text = kept(message.sheet_id)
    return Rendered(message.subject, in_text(text, message.values), in_html(html, message.values))


@lru_cache(maxsize=KEPT)
def kept(pk: int) -> tuple[Parts, Parts]:
    """HTML and text of a sheet, which never changes, so each process reads it once."""
    sheet = Sheet.objects.get(pk=pk)
    return parts_of(sheet.html), parts_of(sheet.text)


def as_html(value: Any) -> str:
    """A value as it stands in HTML."""
    return str(value[0]) if isinstance(value, list) else escape(value)


def as_text(value: Any) -> str:
    """A value as it stands in text."""
    return str(value[1] if isinstance(value, list) else value)
