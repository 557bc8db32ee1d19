"""A merchant's colours: whether they can be read, and what they become in the dark.

Contrast is WCAG 2.2's (relative luminance); lightness is moved in OKLCH (Björn Ottosson's OKLab), where equal steps look equal.
"""

import re
from math import atan2, cos, hypot, sin

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ACCENT, PAPER = "#2f5a46", "#f8f4ec"
INK, WHITE = "#26201a", "#fdfbf6"
DARK_PAPER, DARK_INK = "#1a1815", "#efe8dc"
READABLE = 4.5

Channels = tuple[float, float, float]
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> None:
    """A validator: six hexadecimal digits after a number sign."""
    if not _HEX.fullmatch(text):
        raise ValidationError(_("Write a colour as # and six digits, e.g. #2f5a46."))


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def on(colour: str) -> str:
    """The text colour to put on it: paper white or ink, whichever reads better."""
    return max((WHITE, INK), key=lambda text: contrast(colour, text))


def check(accent: str, paper: str) -> None:
    """Raises ValidationError, with the field to change, when text in these colours could not be read."""
    if contrast(INK, paper) < 10:
        raise ValidationError({"paper": _("The ground is too dark for text: choose a lighter colour.")})
    if contrast(accent, paper) < READABLE:
        raise ValidationError(
            {
                "accent": _(
                    "Buttons and links in this colour are hard to read on the ground "
                    "(contrast %(have)s, needed %(need)s): choose a darker one."
                )
                % {"have": f"{contrast(accent, paper):.1f}", "need": READABLE}
            }
        )


def in_the_dark(accent: str) -> str:
    """The same hue, just light enough to be read on the dark ground."""
    lightness, chroma, hue = _to_oklch(accent)
    chroma = min(chroma, 0.11)
    colour = accent
    while contrast(colour, DARK_PAPER) < 8 and lightness < 0.97:
        lightness += 0.01
        colour = _from_oklch(lightness, chroma, hue)
    return colour


def stylesheet(accent: str, paper: str) -> str:
    """The few lines that repaint the shop; they override static/css/tokens.css."""
    dark = in_the_dark(accent)
    return (
        f":root{{--accent:{accent};--on-accent:{on(accent)};--paper:{paper}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark};--on-accent:{on(dark)};--paper:{DARK_PAPER}}}}}"
    )


def _linear(colour: str) -> Channels:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _unfold(red), _unfold(green), _unfold(blue)


def _unfold(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _fold(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    return round(255 * (12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055))


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklch(colour: str) -> Channels:
    red, green, blue = _linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, hypot(a, b), atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return f"#{_fold(red):02x}{_fold(green):02x}{_fold(blue):02x}"
