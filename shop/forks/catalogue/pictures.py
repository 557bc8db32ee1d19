"""Pictures as pages show them: small WebP renditions made once at upload, and what a page needs to place them.

`render()` works for any picture of the shop (products, home page, pages): keep what it returns in a JSON field and
give `Picture.of(that, alt)` to `templates/components/picture.html`.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

WIDTHS = (320, 640, 960)
MAIL_WIDTH = 240  # shown at about half of that, sharp on a phone
WIDE = (480, 960, 1440, 1920)
LARGEST = 40_000_000  # pixels; more is a mistake or an attack
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# Whatever Pillow raises over a broken or malicious file, from its head to what stands in its EXIF.
UNREADABLE = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, ArithmeticError, MemoryError, RuntimeError,
    struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip

# The names are classes of static/css/tokens.css: a page under a strict policy cannot carry colours of its own.
GROUNDS = {
    "paper": "#e9e2d5", "chalk": "#f3f1ec", "mist": "#d9dedd", "sage": "#d5dccb", "moss": "#8c9a7c", "sand": "#e3d3b4",
    "honey": "#dfb874", "clay": "#d9b8a2", "rust": "#a4654a", "rose": "#e6cfc9", "plum": "#8d6d78", "lilac": "#d6cfdc",
    "sky": "#c9d8e2", "slate": "#7d8a94", "cocoa": "#6b5244", "coal": "#38342f",
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """One picture on a page."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str
    ground: str
    largest: str = ""
    in_mail: str = ""  # a small JPEG: old mail programs show no WebP

    @classmethod
    def of(cls, renditions: dict[str, Any], alt: str) -> Self | None:
        """The picture that `render()` described; None where there is none."""
        sources = renditions.get("sources")
        if not sources:
            return None
        addresses = [(width, default_storage.url(name)) for width, name in sources]
        middle = addresses[len(addresses) // 2][1] if len(addresses) > 2 else addresses[-1][1]
        return cls(
            src=middle,
            srcset=", ".join(f"{address} {width}w" for width, address in addresses),
            width=renditions["width"],
            height=renditions["height"],
            alt=alt,
            ground=renditions.get("ground", GROUNDS["paper"]),
            largest=addresses[-1][1],
            in_mail=default_storage.url(renditions["mail"]) if renditions.get("mail") else addresses[0][1],
        )

    @property
    def ground_class(self) -> str:
        """The class whose colour is nearest to the picture's edges."""
        return f"ground-{nearest_ground(self.ground)}"


def render(file: FieldFile, widths: tuple[int, ...] = WIDTHS) -> dict[str, Any]:
    """Write the renditions of a saved picture beside it and describe them; none is wider than the original.

    {"of": the original's name, "width", "height": of the largest, "ground": "#rrggbb", "sources": [[width, name], …],
    "mail": the name of a small JPEG}
    Raises ValidationError when the file is no picture or too large. What was written before something failed is deleted.
    """
    with file.open("rb") as source:
        image, is_plain_webp = _opened(source)
    name, ground = str(file.name), ground_of(image)
    fitting = [width for width in widths if width < image.width] + [min(image.width, widths[-1])]
    sources: list[list[int | str]] = []
    try:
        for width in fitting:
            is_itself = is_plain_webp and width == image.width
            sources.append([width, name if is_itself else _rendition(image, width, name)])
        in_mail = _for_mail(image, ground, name)
    except BaseException:
        forget({"sources": sources})
        raise
    height = round(image.height * fitting[-1] / image.width)
    return {"of": name, "width": fitting[-1], "height": height, "ground": ground, "sources": sources, "mail": in_mail}


def are_due(renditions: dict[str, Any], file: FieldFile) -> bool:
    """Whether the renditions are of another file than this one, or of none."""
    return bool(file) and renditions.get("of") != file.name


def is_picture(file: "UploadedFile[Any] | FieldFile") -> None:
    """A validator for upload fields: says what is wrong with a file that cannot become a picture."""
    if getattr(file, "_committed", False):
        return
    position = file.tell() if hasattr(file, "tell") else 0
    try:
        _opened(file)
    finally:
        file.seek(position)


def forget(renditions: dict[str, Any]) -> None:
    """Delete the files that `render()` wrote, except the original."""
    for width, name in renditions.get("sources", []):
        if name.endswith(f".{width}.webp"):
            default_storage.delete(name)
    if renditions.get("mail"):
        default_storage.delete(renditions["mail"])


def ground_of(image: Image.Image) -> str:
    """The mean colour along the picture's edges: what its place shows until it is there."""
    small = Image.new("RGB", (16, 16), GROUNDS["paper"])
    pixels = image.convert("RGBA").resize((16, 16))
    small.paste(pixels, mask=pixels)
    edge = [small.getpixel((x, y)) for x in range(16) for y in range(16) if x in (0, 15) or y == 0]
    means = [round(sum(pixel[channel] for pixel in edge) / len(edge)) for channel in range(3)]  # type: ignore[index]
    return "#{:02x}{:02x}{:02x}".format(*means)


@lru_cache(maxsize=4096)
def nearest_ground(colour: str) -> str:
    """The name in GROUNDS nearest to `#rrggbb`."""
    red, green, blue = _channels(colour)

    def distance(name: str) -> float:
        other = _channels(GROUNDS[name])
        return 0.3 * (red - other[0]) ** 2 + 0.59 * (green - other[1]) ** 2 + 0.11 * (blue - other[2]) ** 2

    return min(GROUNDS, key=distance)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _opened(source: Any) -> tuple[Image.Image, bool]:
    """The decoded picture, upright, and whether the file itself may be shown as it is."""
    try:
        image = Image.open(source, formats=FORMATS)
        if image.width * image.height > LARGEST:
            raise ValidationError(_("The picture is too large: at most 40 million pixels, please."))
        is_plain_webp = image.format == "WEBP" and not image.getexif() and not getattr(image, "is_animated", False)
        image.load()
        upright = ImageOps.exif_transpose(image)
    except UNREADABLE as error:
        raise ValidationError(_("This file cannot be read as a picture. JPEG, PNG and WebP are understood.")) from error
    return upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"), is_plain_webp


def _for_mail(image: Image.Image, ground: str, name: str) -> str:
    """A JPEG for mails; what is see-through gets the colour of the picture's edges."""
    small = _resized(image, min(MAIL_WIDTH, image.width))
    opaque = Image.new("RGB", small.size, ground)
    opaque.paste(small, mask=small if small.mode == "RGBA" else None)
    return _written(opaque, f"{PurePosixPath(name).with_suffix('')}.mail.jpg", "JPEG", optimize=True)


def _rendition(image: Image.Image, width: int, name: str) -> str:
    return _written(_resized(image, width), f"{PurePosixPath(name).with_suffix('')}.{width}.webp", "WEBP", method=4)


def _resized(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _written(image: Image.Image, name: str, kind: str, **how: Any) -> str:
    written = BytesIO()
    image.save(written, kind, quality=QUALITY, **how)
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(written.getvalue()))
