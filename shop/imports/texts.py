"""Texts of strangers, made safe and fit for our pages."""

import hashlib
import html
import re
from collections.abc import Iterable

import nh3
from django.utils.html import escape
from django.utils.text import slugify

from shop.content import markup

_HAS_TAGS = re.compile(r"<\s*/?\s*[a-zA-Z!][^>]*>")
_CYRILLIC = dict(
    zip(
        "абвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюяăâîșşțţ",
        "a b v g g d e e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch  y  e iu ia a a i s s t t".split(" "),
        strict=True,
    )
)


def rich(text: str) -> str:
    """HTML without scripts, styles, pictures of other servers or headings above ours; plain text becomes paragraphs."""
    text = text.strip()
    if text and not _HAS_TAGS.search(text):
        paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\\n", "\n"))
        text = "".join(f"<p>{escape(html.unescape(part.strip())).replace(chr(10), '<br>')}</p>" for part in paragraphs)
    text = re.sub(r"(?i)<(/?)h[4-6]\b", r"<\1h3", re.sub(r"(?i)<(/?)h1\b", r"<\1h2", text))
    return markup.clean(text).strip()


def plain(text: str) -> str:
    """The words alone, on one line, without direction marks and other signs that are not seen."""
    words = html.unescape(nh3.clean(re.sub(r"<[^>]*>", r" \g<0>", text), tags=set()))
    return " ".join(re.sub(r"[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\x00-\x08\x0b-\x1f\x7f]", "", words).split())


def opening(text: str, longest: int = 160) -> str:
    """The first sentence of a text, or as many whole words as fit: a line for cards and search results."""
    words = plain(text)
    sentence = re.split(r"(?<=[.!?])\s", words, maxsplit=1)[0]
    if len(sentence) <= longest:
        return sentence
    return sentence[:longest].rsplit(" ", 1)[0].rstrip(",;:–—-") + "…"


def slug(text: str, longest: int = 120) -> str:
    """Letters and digits for an address; Cyrillic is spelled in Latin letters, the rest gets a stable number."""
    latin = "".join(_CYRILLIC.get(sign, sign) for sign in text.casefold())
    return slugify(latin)[:longest].strip("-") or "x" + hashlib.sha256(text.encode()).hexdigest()[:10]


def identifier(text: str) -> str:
    """A name for an attribute: `Shoe size` is `shoe_size`."""
    name = slug(text, 60).replace("-", "_")
    return name if name[0].isalpha() else f"a_{name}"


def key(parts: Iterable[str], longest: int = 100) -> str:
    """Several words as one stable key; a number at the end keeps long ones apart."""
    whole = "-".join(slug(part) for part in parts if part)
    if len(whole) <= longest:
        return whole
    return f"{whole[: longest - 9]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
