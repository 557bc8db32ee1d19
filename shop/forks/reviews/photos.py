"""Pictures that buyers send with a review: made anew before they are kept, so that nothing of the file itself stays.

What a phone writes into a picture (place, time, device) goes, and so does anything that is hidden in it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from shop.forks.catalogue import pictures
from shop.forks.reviews.models import ProductReview, ReviewPhoto

MOST = ReviewPhoto.MOST
HEAVIEST = 10 * 1024 * 1024  # bytes of one file
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST = 30_000_000  # pixels to be held at once
LARGEST_JPEG = 120_000_000  # of a JPEG with one scan, which is decoded at a fraction of its size
MOST_SCANS = 30  # a progressive JPEG has about ten
SIDE = 1600  # pixels that are kept
ACCEPT = "image/jpeg,image/png,image/webp"

_written: ContextVar[list[ReviewPhoto] | None] = ContextVar("written", default=None)


def cleaned(source: Any) -> "ContentFile[bytes]":
    """The picture in a file of unknown origin, upright and at most 1600 pixels wide or high, as a new WebP file.

    Raises ValidationError for what is no JPEG, PNG or WebP, or too large.
    """
    if source.size > HEAVIEST:
        raise ValidationError(_("A picture is at most 10 MB large, please."))
    content, written = source.read(), BytesIO()
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
        _refuse_what_would_burst(image, content)
        image.load()
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(image)
        _opaque(upright).save(written, "WEBP", quality=pictures.QUALITY, method=4)
    except pictures.UNREADABLE as error:
        raise ValidationError(_("This file cannot be read as a picture. JPEG, PNG and WebP are understood.")) from error
    return ContentFile(written.getvalue(), name=f"{uuid4().hex}.webp")


@contextmanager
def saving() -> Iterator[None]:
    """A transaction that takes the files of new photos back as well when it fails: a rollback knows of rows only."""
    around, mine = _written.get(), list[ReviewPhoto]()
    token = _written.set(mine)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for photo in mine:
            photo.forget_files()
        raise
    finally:
        _written.reset(token)
    if around is not None:  # what this one is part of may still fail
        around.extend(mine)


def change(review: ProductReview, added: "Sequence[ContentFile[bytes]]", gone: Collection[int] = ()) -> None:
    """Take photos away from a review and put `cleaned` ones to it, four in all at most: what is more is left out.

    Where more happens in the same transaction, let that be `saving()`.
    """
    with saving():
        for photo in review.photos.filter(pk__in=gone):
            photo.delete()
        taken = set(review.photos.values_list("position", flat=True))
        free = [place for place in range(MOST) if place not in taken]
        for place, file in zip(free, added, strict=False):
            _add(review, place, file)


def _add(review: ProductReview, place: int, file: "ContentFile[bytes]") -> None:
    photo = ReviewPhoto(review=review, position=place)
    written = _written.get()
    assert written is not None
    written.append(photo)
    photo.picture.save(str(file.name), file, save=False)
    photo.renditions = pictures.render(photo.picture)
    photo.save()


def _refuse_what_would_burst(image: Image.Image, content: bytes) -> None:
    """A file of a few bytes may say that it is a picture of a billion pixels. Nothing is decoded yet.

    A JPEG with one scan is read line by line, at a fraction of its size; of one with many, the decoder holds all
    coefficients, and goes over the whole picture once for each scan.
    """
    is_read_by_lines = image.format in ("JPEG", "MPO") and _has_one_scan(content)
    is_too_large = image.width * image.height > (LARGEST_JPEG if is_read_by_lines else LARGEST)
    image.draft("RGB", (SIDE, SIDE))  # of a JPEG; a long strip stays as large as it is
    if is_too_large or image.width * image.height > LARGEST:
        raise ValidationError(_("The picture has too many pixels. Please send a smaller one."))
    if not is_read_by_lines and content.count(b"\xff\xda") > MOST_SCANS:
        raise ValidationError(_("This file cannot be read as a picture. JPEG, PNG and WebP are understood."))


def _has_one_scan(content: bytes) -> bool:
    """Whether a JPEG is sequential with all its colours in the first scan, as cameras write it. In doubt it is not."""
    place, colours = 2, 0
    while content[place : place + 1] == b"\xff" and place + 9 < len(content):
        marker = content[place + 1]
        if marker in (0xC0, 0xC1):
            colours = content[place + 9]
        elif 0xC2 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return False
        elif marker == 0xDA:
            return content[place + 4] == colours
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    return False


def _opaque(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    whole = image.convert("RGBA")
    ground = Image.new("RGB", whole.size, "white")
    ground.paste(whole, mask=whole)
    return ground
