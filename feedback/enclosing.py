"""Files that come with a mail: pictures are made anew, PDF files are kept as they are, all else is named and left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_noop
from PIL import Image

from feedback.models import Enclosure, Entry
from shop.forks.catalogue import pictures
from shop.forks.reviews import photos

MOST = 5  # files of one mail
MOST_TRIES = 2 * MOST  # files that are looked into; broken pictures cost as much time as good ones
HEAVIEST_PDF = 5 * 1024 * 1024  # bytes
SMALLEST = 100  # pixels of what is drawn between the lines: below it is the logo of a signature
WRONG_KIND = gettext_noop("Only pictures (JPEG, PNG, WebP) and PDF files are kept.")
TOO_LARGE = gettext_noop("The file is too large.")
TOO_MANY = gettext_noop("Of one mail five files are kept.")
TOO_MUCH = gettext_noop("Too many files came in this hour. Please ask for it again.")

_WORDS = ("message", "multipart", "text")


@dataclass(frozen=True)
class File:
    """A file as it will be kept, or why it will not."""

    name: str
    kind: str = ""
    content: bytes | None = None
    why_not: str = ""


def read(parts: Iterable[Any], *, has_room: bool = True) -> list[File]:
    """The files among the parts of a mail, with the names of those that cannot be kept; without room that is all of them."""
    files: list[File] = []
    kept = tries = 0
    for part in _enclosed(parts):
        if not has_room or kept == MOST or tries == MOST_TRIES:
            file = File(_name_of(part), why_not=TOO_MANY if has_room else TOO_MUCH)
        else:
            file, tries = _file(part), tries + 1
        kept += file.content is not None
        files.append(file)
    return files[: 4 * MOST]


def keep(entry: Entry, files: Iterable[File]) -> None:
    """Put files to what was said."""
    Enclosure.objects.bulk_create(
        Enclosure(
            entry=entry, name=one.name, kind=one.kind, content=one.content, size=len(one.content or b""), why_not=one.why_not
        )
        for one in files
    )


def _enclosed(parts: Iterable[Any]) -> Iterator[Any]:
    """Parts that somebody meant to send: neither the words themselves nor what decorates them."""
    for part in list(parts)[: 8 * MOST]:
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        is_between = part.get_content_disposition() != "attachment"
        if not is_between or not _is_decoration(part):
            yield part


def _is_decoration(part: Any) -> bool:
    kind = part.get_content_maintype()
    return kind in _WORDS or (kind == "image" and _is_tiny(part.get_payload(decode=True) or b""))


def _file(part: Any) -> File:
    name = _name_of(part)
    if part.get_content_maintype() in _WORDS:
        return File(name, why_not=WRONG_KIND)
    content = part.get_payload(decode=True) or b""
    if content.startswith(b"%PDF-"):
        return File(name, why_not=TOO_LARGE) if len(content) > HEAVIEST_PDF else File(name, Enclosure.Kind.PDF, content)
    return _picture(name, content)


def _picture(name: str, content: bytes) -> File:
    if len(content) > photos.HEAVIEST:
        return File(name, why_not=TOO_LARGE)
    try:
        picture = photos.cleaned(ContentFile(content))
    except ValidationError:
        return File(name, why_not=WRONG_KIND)
    return File(str(PurePosixPath(name).with_suffix(".webp")), Enclosure.Kind.PICTURE, picture.read())


def _is_tiny(content: bytes) -> bool:
    try:
        with Image.open(ContentFile(content), formats=photos.FORMATS) as image:
            return min(image.size) < SMALLEST
    except pictures.UNREADABLE:
        return True  # decoration of a kind that nobody could be shown


def _name_of(part: Any) -> str:
    """The last part of the name, in letters that say what they show."""
    told = str(part.get_filename() or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = re.sub(r"[^\w .()+-]", "", told.encode("utf-8", "ignore").decode()).strip(" .")
    stem, dot, suffix = clean.rpartition(".")
    return (f"{stem[:80]}.{suffix[:10]}" if dot else clean[:90]) or "file"
