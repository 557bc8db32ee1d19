"""Bytes of an unknown spreadsheet, as text."""

import codecs
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shop.imports.report import CannotImport

_NOT_TEXT = {
    b"PK\x03\x04": gettext_noop("This is a spreadsheet or a ZIP file. Open it and save it as CSV (UTF-8), then import that."),
    b"\xd0\xcf\x11\xe0": gettext_noop("This is an old Excel file. Open it and save it as CSV (UTF-8), then import that."),
    b"%PDF": gettext_noop("This is a PDF. Ask the other shop for a CSV export."),
    b"\x1f\x8b": gettext_noop("This file is compressed. Unpack it first."),
    b"\x89PNG": gettext_noop("This is a picture. Put pictures into a folder and name it with --pictures."),
    b"\xff\xd8\xff": gettext_noop("This is a picture. Put pictures into a folder and name it with --pictures."),
}
_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_HIGH_PAIR = re.compile(rb"[\xa8\xaa\xaf\xb2-\xb4\xb8\xba\xbf-\xff]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
# ş and ţ of the Central European code page before plain letters; in the Western one they would be º and þ.
_ROMANIAN = re.compile(rb"[^0-9][\xba\xfe\xaa\xde][a-z]")


def text_of(data: bytes, encoding: str = "") -> str:
    """The text, decoded by `encoding` or by what the bytes look like.

    Raises CannotImport where the bytes are no text, or not in the encoding that was named.
    """
    for start, reason in _NOT_TEXT.items():
        if data.startswith(start):
            raise CannotImport(_(reason))
    chosen = encoding or encoding_of(data)
    try:
        text = data.decode(chosen)
    except LookupError:
        text = _("There is no encoding “%(name)s”. Try utf-8, utf-16, cp1251, cp1250 or cp1252.")
        raise CannotImport(text % {"name": chosen}) from None
    except UnicodeError as error:
        position = getattr(error, "start", 0)
        line = data.count(b"\n", 0, position) + 1
        text = _("The file is not %(encoding)s text: line %(line)s cannot be read. Save it as CSV (UTF-8).")
        raise CannotImport(text % {"encoding": chosen, "line": line}) from None
    if "\0" in text:
        raise CannotImport(_("The file has zero bytes in it: it is damaged, or no text. Save it as CSV (UTF-8)."))
    return text.removeprefix("\ufeff")


def encoding_of(data: bytes) -> str:
    """The likeliest encoding: a byte order mark, UTF-16 by its zero bytes, UTF-8, else one of Windows' code pages."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    start = data[:4096]
    if start.count(b"\0") > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(data)
    return "utf-8"


def _code_page(data: bytes) -> str:
    """Cyrillic words are runs of high bytes; in Western and Romanian words such bytes stand alone among plain letters."""
    in_pairs = 2 * len(_HIGH_PAIR.findall(data))
    if in_pairs > len(_HIGH.findall(data)) / 2:
        return "cp1251"
    return "cp1250" if _ROMANIAN.search(data) else "cp1252"
