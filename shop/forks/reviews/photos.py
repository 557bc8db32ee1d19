"""Pictures that buyers send with a review: made anew before they are kept, so that nothing of the file itself stays.

What a phone writes into a picture (place, time, device) goes, and so does anything that is hidden in it.
"""

from collections.abc import Collection, Sequence
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from shop.forks.catalogue import pictures
from shop.forks.reviews.models import ProductReview, ReviewPhoto

MOST = ReviewPhoto.MOST
HEAVIEST = 10 * 1024 * 1024  # bytes of one file
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST = 30_000_000  # pixels to be decoded at once
LARGEST_JPEG = 120_000_000  # a JPEG is decoded at a fraction of its size
SIDE = 1600  # pixels that are kept
ACCEPT = "image/jpeg,image/png,image/webp"

_Unreadable = (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def cleaned(source: Any) -> "ContentFile[bytes]":
    """The picture in a file of unknown origin, upright and at most 1600 pixels wide or high, as a new WebP file.

    Raises ValidationError for what is no JPEG, PNG or WebP, or too large.
    """
    if source.size > HEAVIEST:
        raise ValidationError(_("A picture is at most 10 MB large, please."))
    try:
        image = Image.open(source, formats=FORMATS)
        _refuse_what_would_burst(image)
        image.draft("RGB", (SIDE, SIDE))
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        written = BytesIO()
        _opaque(upright).save(written, "WEBP", quality=pictures.QUALITY, method=4)
    except _Unreadable as error:
        raise ValidationError(_("This file cannot be read as a picture. JPEG, PNG and WebP are understood.")) from error
    return ContentFile(written.getvalue(), name=f"{uuid4().hex}.webp")


@transaction.atomic
def change(review: ProductReview, added: "Sequence[ContentFile[bytes]]", gone: Collection[int] = ()) -> None:
    """Take photos away from a review and put `cleaned` ones to it, four in all at most: what is more is left out."""
    for photo in review.photos.filter(pk__in=gone):
        photo.delete()
    taken = set(review.photos.values_list("position", flat=True))
    free = [place for place in range(MOST) if place not in taken]
    for place, file in zip(free, added, strict=False):
        _add(review, place, file)


def _add(review: ProductReview, place: int, file: "ContentFile[bytes]") -> None:
    photo = ReviewPhoto(review=review, position=place)
    photo.picture.save(str(file.name), file, save=False)
    try:
        photo.renditions = pictures.render(photo.picture)
        photo.save()
    except BaseException:
        # The transaction takes the row back; nobody would ever find the files again.
        pictures.forget(photo.renditions)
        default_storage.delete(str(photo.picture.name))
        raise


def _refuse_what_would_burst(image: Image.Image) -> None:
    """A file of a few bytes may say that it is a picture of a billion pixels."""
    if image.width * image.height > (LARGEST_JPEG if image.format == "JPEG" else LARGEST):
        raise ValidationError(_("The picture has too many pixels. Please send a smaller one."))


def _opaque(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    whole = image.convert("RGBA")
    ground = Image.new("RGB", whole.size, "white")
    ground.paste(whole, mask=whole)
    return ground
