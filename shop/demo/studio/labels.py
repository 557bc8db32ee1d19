"""Labels and wrappers, drawn: set type, ruled borders, small ornaments. Every drawing is a PNG that a material prints."""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SERIF = "/usr/share/fonts/opentype/ebgaramond/EBGaramond12-Regular.otf"
ITALIC = "/usr/share/fonts/opentype/ebgaramond/EBGaramond12-Italic.otf"
SANS = "/usr/share/fonts/truetype/lato/Lato-Medium.ttf"
BRAND = "TEAPOT LANE"
DENSITY = 460  # pixels for one unit of ten centimetres

Draw = ImageDraw.ImageDraw
_folder = Path(tempfile.mkdtemp(prefix="labels-"))
_count = 0


def saved(picture: Image.Image) -> Path:
    """Where the drawing lies until the picture is taken."""
    global _count
    _count += 1
    path = _folder / f"{_count}.png"
    picture.save(path)
    return path


def face(path: str, size: float) -> ImageFont.FreeTypeFont:
    # Blender carries shaping libraries of its own; the plain layout engine does not meet them.
    return ImageFont.truetype(path, max(6, round(size)), layout_engine=ImageFont.Layout.BASIC)


def width_of(text: str, font: ImageFont.FreeTypeFont, spacing: float = 0) -> float:
    return font.getlength(text) + spacing * max(0, len(text) - 1)


def line(
    draw: Draw, x: float, y: float, text: str, font: ImageFont.FreeTypeFont, ink: str, spacing: float = 0, anchor: str = "m"
) -> None:
    """One line of type on its baseline, letter-spaced, anchored in the middle (m), left (l) or right (r)."""
    x -= {"m": 0.5, "l": 0, "r": 1}[anchor] * width_of(text, font, spacing)
    if not spacing:
        draw.text((x, y), text, font=font, fill=ink, anchor="ls")
        return
    for letter in text:
        draw.text((x, y), letter, font=font, fill=ink, anchor="ls")
        x += font.getlength(letter) + spacing


def wrap(text: str, lines: int) -> list[str]:
    """The words in at most `lines` lines, as even as they go."""
    words = text.split()
    if lines <= 1 or len(words) == 1:
        return [text]
    options: list[list[str]] = []
    for cut in range(1, len(words)):
        options.append([" ".join(words[:cut]), *wrap(" ".join(words[cut:]), lines - 1)])
    return min(options, key=lambda o: max(len(part) for part in o))


def fitted(
    text: str, width: float, height: float, path: str = SERIF, most: int = 3, biggest: float = 1e9
) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The setting of a name that comes out largest in the room given."""
    best: tuple[float, list[str]] = (0, [text])
    for count in range(1, most + 1):
        lines = wrap(text, count)
        probe = face(path, 100)
        widest = max(probe.getlength(part) for part in lines)
        size = min(100 * width / widest, height / (len(lines) * 0.95), biggest)
        if size > best[0] * 1.05:
            best = (size, lines)
    return best[1], face(path, best[0])


def name_block(
    draw: Draw,
    box: tuple[float, float, float, float],
    name: str,
    ink: str,
    path: str = SERIF,
    anchor: str = "m",
    biggest: float = 1e9,
) -> None:
    """The product's name, as large as the box allows, in its middle."""
    x0, y0, x1, y1 = box
    lines, font = fitted(name, x1 - x0, y1 - y0, path, biggest=biggest)
    pitch = font.size * 0.95
    y = (y0 + y1) / 2 - pitch * (len(lines) - 1) / 2 + font.size * 0.31
    x = {"m": (x0 + x1) / 2, "l": x0, "r": x1}[anchor]
    for part in lines:
        line(draw, x, y, part, font, ink, anchor=anchor)
        y += pitch


def small(
    draw: Draw, x: float, y: float, text: str, size: float, ink: str, room: float, anchor: str = "m", spaced: float = 0.16
) -> None:
    """Small type that shrinks rather than run out of room."""
    font = face(SANS, size)
    while size > 7 and width_of(text, font, size * spaced) > room:
        size *= 0.94
        font = face(SANS, size)
    line(draw, x, y, text, font, ink, size * spaced, anchor)


# Ornaments: each draws itself round (x, y) at a size.


def sprig(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    pen = max(2, round(size * 0.035))
    draw.line([(x, y + size * 0.5), (x, y - size * 0.45)], fill=ink, width=pen)
    for step, side in ((0.28, 1), (0.16, -1), (0.02, 1), (-0.1, -1), (-0.24, 1), (-0.34, -1)):
        leaf(draw, x, y + step * size, size * 0.3, math.radians(-90 + side * 52), ink)
    leaf(draw, x, y - size * 0.4, size * 0.24, -math.pi / 2, ink)


def leaf(draw: Draw, x: float, y: float, length: float, angle: float, ink: str) -> None:
    points = []
    for k in range(25):
        t = k / 24 * 2 * math.pi
        along, over = length * (0.5 - 0.5 * math.cos(t)), length * 0.2 * math.sin(t)
        points.append(
            (x + along * math.cos(angle) - over * math.sin(angle), y + along * math.sin(angle) + over * math.cos(angle))
        )
    draw.polygon(points, fill=ink)


def bean(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    tile = Image.new("L", (int(size * 2), int(size * 2)))
    pen = ImageDraw.Draw(tile)
    c = size
    pen.ellipse((c - size * 0.33, c - size * 0.48, c + size * 0.33, c + size * 0.48), fill=255)
    groove = [(c + size * 0.07 * math.sin(k / 12 * 2 * math.pi), c + size * (k / 12 - 0.5)) for k in range(13)]
    pen.line(groove, fill=0, width=max(2, int(size * 0.07)))
    draw.bitmap((x - size, y - size), tile.rotate(-28), fill=ink)


def comb(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    r, pen = size * 0.2, max(2, round(size * 0.035))
    for q, s in ((0, 0), (1, 0), (-1, 0), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1)):
        cx, cy = x + q * r * math.sqrt(3), y + s * r * 1.5
        points = [(cx + r * 0.92 * math.sin(k * math.pi / 3), cy + r * 0.92 * math.cos(k * math.pi / 3)) for k in range(7)]
        draw.polygon(points, fill=ink) if (q, s) in ((0, 0), (0.5, -1)) else draw.line(points, fill=ink, width=pen)


def sun(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    r, pen = size * 0.2, max(2, round(size * 0.04))
    draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)
    for k in range(16):
        a, far = k * math.pi / 8, 0.48 if k % 2 == 0 else 0.4
        draw.line(
            [
                (x + size * 0.28 * math.cos(a), y + size * 0.28 * math.sin(a)),
                (x + size * far * math.cos(a), y + size * far * math.sin(a)),
            ],
            fill=ink,
            width=pen,
        )


def hills(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    pen = max(2, round(size * 0.035))
    for k, (lift, swing) in enumerate(((0.0, 0.16), (0.14, 0.12), (0.28, 0.09))):
        points = [
            (x + size * (t / 20 - 0.5) * 1.2, y + size * (lift - swing * math.sin((t / 20 * 2 + k * 0.6) * math.pi)))
            for t in range(21)
        ]
        draw.line(points, fill=ink, width=pen, joint="curve")


def flower(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    for k in range(8):
        leaf(draw, x, y, size * 0.48, k * math.pi / 4, ink)


def drop(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    pen = max(2, round(size * 0.04))
    points = []
    for k in range(41):
        t = k / 40 * 2 * math.pi
        points.append(
            (x + size * 0.3 * math.sin(t) * math.sin(t / 2) ** 1.3, y - size * 0.45 * math.cos(t / 2) * 1.0 + size * 0.03)
        )
    draw.ellipse((x - size * 0.26, y - size * 0.08, x + size * 0.26, y + size * 0.44), outline=ink, width=pen)
    draw.polygon([(x, y - size * 0.48), (x - size * 0.2, y + 0.02 * size), (x + size * 0.2, y + 0.02 * size)], fill=ink)


def pot(draw: Draw, x: float, y: float, size: float, ink: str) -> None:
    """The house mark: a teapot."""
    s = size
    draw.ellipse((x - s * 0.3, y - s * 0.2, x + s * 0.3, y + s * 0.32), fill=ink)
    draw.rectangle((x - s * 0.17, y + s * 0.27, x + s * 0.17, y + s * 0.35), fill=ink)
    draw.chord((x - s * 0.19, y - s * 0.33, x + s * 0.19, y - s * 0.08), 180, 360, fill=ink)
    draw.ellipse((x - s * 0.05, y - s * 0.41, x + s * 0.05, y - s * 0.31), fill=ink)
    draw.line(
        [(x + s * 0.22, y + s * 0.16), (x + s * 0.38, y), (x + s * 0.46, y - s * 0.2)],
        fill=ink,
        width=max(3, round(s * 0.09)),
        joint="curve",
    )
    draw.arc((x - s * 0.5, y - s * 0.14, x - s * 0.14, y + s * 0.22), 60, 300, fill=ink, width=max(2, round(s * 0.06)))


ORNAMENTS: dict[str, Callable[[Draw, float, float, float, str], None]] = {
    "sprig": sprig, "bean": bean, "comb": comb, "sun": sun, "hills": hills, "flower": flower, "drop": drop, "pot": pot,
}  # fmt: skip


# Layouts: each fills a whole label.


def classic(draw: Draw, w: int, h: int, name: str, detail: str, ink: str, tint: str, ornament: str) -> None:
    """A double rule, the brand above, the detail below."""
    m = min(w, h) * 0.05
    draw.rectangle((m, m, w - m, h - m), outline=ink, width=max(2, int(m * 0.22)))
    draw.rectangle((m * 1.5, m * 1.5, w - m * 1.5, h - m * 1.5), outline=ink, width=1)
    tall = h > w * 0.85
    size = min(h * 0.2, w * 0.28)
    if tall:
        ORNAMENTS[ornament](draw, w / 2, m * 2.4 + size * 0.55, size, tint)
    top = m * 2.6 + size if tall else m * 2.2
    s = min(h * 0.07, w * 0.058)
    small(draw, w / 2, top + s * 1.5, BRAND, s, ink, w * 0.7, spaced=0.3)
    name_block(draw, (w * 0.13, top + s * 2.2, w * 0.87, h - m * 2 - s * 3), name, ink, biggest=h * 0.27)
    small(draw, w / 2, h - m * 2.2 - s * 0.8, detail, s * 0.95, tint, w * 0.76)


def banded(draw: Draw, w: int, h: int, name: str, detail: str, ink: str, tint: str, ornament: str) -> None:
    """A coloured band across the foot carries the detail."""
    draw.rectangle((0, h * 0.78, w, h), fill=tint)
    draw.line([(0, h * 0.755), (w, h * 0.755)], fill=tint, width=max(2, int(h * 0.008)))
    s = min(h * 0.078, w * 0.062)
    size = h * 0.2
    ORNAMENTS[ornament](draw, w / 2, h * 0.06 + size / 2, size, tint)
    small(draw, w / 2, h * 0.28 + s, BRAND, s * 0.9, ink, w * 0.7, spaced=0.3)
    name_block(draw, (w * 0.09, h * 0.38, w * 0.91, h * 0.74), name, ink, biggest=h * 0.26)
    small(draw, w / 2, h * 0.89 + s * 0.36, detail, s, "#f6efe2", w * 0.8)


def modern(draw: Draw, w: int, h: int, name: str, detail: str, ink: str, tint: str, ornament: str) -> None:
    """Set from the left, much air."""
    m = min(w, h) * 0.1
    s = min(h * 0.065, w * 0.066)
    small(draw, m, m + s, BRAND, s, ink, w * 0.6, "l", 0.22)
    size = min(w, h) * 0.2
    ORNAMENTS[ornament](draw, w - m - size * 0.4, m + size * 0.45, size, tint)
    name_block(draw, (m, h * 0.3, w - m, h * 0.78), name, ink, anchor="l", biggest=h * 0.24)
    draw.line([(m, h - m - s * 2.2), (w - m, h - m - s * 2.2)], fill=tint, width=max(2, int(s * 0.12)))
    small(draw, m, h - m, detail, s, ink, w - 2 * m, "l", 0.1)


def roundel(draw: Draw, w: int, h: int, name: str, detail: str, ink: str, tint: str, ornament: str) -> None:
    """A disc of colour with an ornament above the name in italics."""
    r = min(w * 0.2, h * 0.17)
    cy = h * 0.08 + r
    draw.ellipse((w / 2 - r, cy - r, w / 2 + r, cy + r), fill=tint)
    ORNAMENTS[ornament](draw, w / 2, cy, r * 1.35, "#f6efe2")
    s = min(h * 0.066, w * 0.062)
    name_block(draw, (w * 0.1, cy + r * 1.15, w * 0.9, h * 0.8), name, ink, ITALIC, biggest=h * 0.25)
    draw.line([(w * 0.4, h * 0.83), (w * 0.6, h * 0.83)], fill=tint, width=max(2, int(s * 0.15)))
    small(draw, w / 2, h * 0.9, detail, s * 0.9, ink, w * 0.8)
    small(draw, w / 2, h * 0.965, BRAND, s * 0.62, tint, w * 0.8, spaced=0.35)


LAYOUTS = {"classic": classic, "banded": banded, "modern": modern, "roundel": roundel}


def label(
    width: float,
    height: float,
    name: str,
    detail: str = "",
    ground: str | None = "#f1e8d8",
    ink: str = "#33291f",
    tint: str = "#8a5a3a",
    layout: str = "classic",
    ornament: str = "sprig",
    bleed: float = 0,
) -> Path:
    """A label of this size in units; `ground=None` prints on what lies beneath. `bleed` carries its edges on to both sides."""
    w, h = round(width * DENSITY), round(height * DENSITY)
    clear = "#00000000" if ground is None else ground
    picture = Image.new("RGBA", (w * 2, h * 2), clear)
    if ground is None:
        picture = Image.new("RGBA", (w * 2, h * 2), ink + "00")
    LAYOUTS[layout](ImageDraw.Draw(picture), w * 2, h * 2, name, detail, ink, tint, ornament)
    small_one = picture.resize((w, h), Image.Resampling.LANCZOS)
    if not bleed:
        return saved(small_one)
    wide = Image.new("RGBA", (w + 2 * round(bleed * DENSITY), h))
    wide.paste(small_one.crop((0, 0, 1, h)).resize((wide.width, h)))
    wide.paste(small_one, (round(bleed * DENSITY), 0))
    return saved(wide)


def mark(width: float, height: float, ink: str) -> Path:
    """The house mark alone, printed on what lies beneath."""
    w, h = round(width * DENSITY * 2), round(height * DENSITY * 2)
    picture = Image.new("RGBA", (w, h), ink + "00")
    pot(ImageDraw.Draw(picture), w / 2, h / 2, min(w, h) * 0.8, ink)
    return saved(picture)


def stamp(width: float, height: float, text: str, ornament: str = "pot", frame: bool = True) -> Path:
    """Black on white, for pressing into soap or chocolate: black is deep."""
    w, h = round(width * DENSITY), round(height * DENSITY)
    picture = Image.new("L", (w, h), 255)
    draw = ImageDraw.Draw(picture)
    if frame:
        draw.rounded_rectangle(
            (w * 0.06, h * 0.08, w * 0.94, h * 0.92), min(w, h) * 0.12, outline=0, width=max(3, int(h * 0.018))
        )
    size = h * 0.4
    ORNAMENTS[ornament](draw, w / 2, h * 0.34, size, "#000000")
    name_block(draw, (w * 0.14, h * 0.56, w * 0.86, h * 0.84), text, "#000000", biggest=h * 0.22)
    return saved(picture.filter(ImageFilter.GaussianBlur(1.6)).convert("RGB"))


# Wrapping papers.


def pattern(width: float, height: float, kind: str, ground: str, inks: list[str], seed: int = 1) -> Path:
    """Wrapping paper: stripes, waves, scallops, terrazzo, leaves, checks, dots or rays."""
    w, h = round(width * DENSITY), round(height * DENSITY)
    picture = Image.new("RGB", (w * 2, h * 2), ground)
    PATTERNS[kind](ImageDraw.Draw(picture), w * 2, h * 2, inks, random.Random(seed))
    return saved(picture.resize((w, h), Image.Resampling.LANCZOS))


def _stripes(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    step = w / 14
    for k in range(15):
        draw.rectangle((k * step, 0, k * step + step * (0.5 if k % 2 else 0.22), h), fill=inks[k % len(inks)])


def _waves(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    step = h / 12
    for k in range(-1, 14):
        points = [(x, k * step + step * 0.35 * math.sin(x / w * 6 * math.pi + k * 0.9)) for x in range(0, w + 8, 8)]
        draw.line(points, fill=inks[k % len(inks)], width=int(step * 0.22), joint="curve")


def _scallops(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    r = w / 12
    for row in range(-1, int(h / r * 2) + 3):
        for column in range(-1, 14):
            x, y = (column + (row % 2) / 2) * r, row * r / 2
            for k, part in enumerate((0.46, 0.32, 0.18)):
                draw.ellipse(
                    (x - r * part, y - r * part, x + r * part, y + r * part),
                    outline=inks[k % len(inks)],
                    width=max(2, int(r * 0.05)),
                )


def _terrazzo(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    for _ in range(150):
        x, y, r, n = luck.uniform(0, w), luck.uniform(0, h), luck.uniform(0.008, 0.034) * w, luck.randint(4, 6)
        turn = luck.uniform(0, 6)
        points = [
            (
                x + r * luck.uniform(0.6, 1.2) * math.cos(turn + k * 2 * math.pi / n),
                y + r * luck.uniform(0.6, 1.2) * math.sin(turn + k * 2 * math.pi / n),
            )
            for k in range(n)
        ]
        draw.polygon(points, fill=luck.choice(inks))


def _leaves(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    step = w / 7
    for row in range(int(h / step) + 2):
        for column in range(9):
            x, y = (column + (row % 2) / 2 - 0.3) * step, row * step * 0.8
            angle, ink = luck.uniform(0, 2 * math.pi), luck.choice(inks)
            for side in (-0.5, 0, 0.5):
                leaf(draw, x, y, step * 0.55, angle + side * 1.3, ink)


def _checks(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    step = w / 10
    for row in range(int(h / step) + 1):
        for column in range(11):
            if (row + column) % 2:
                draw.rectangle(
                    (column * step, row * step, (column + 1) * step, (row + 1) * step), fill=inks[(row // 2) % len(inks)]
                )


def _dots(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    step = w / 13
    for row in range(int(h / step) + 2):
        for column in range(15):
            x, y, r = (column + (row % 2) / 2) * step, row * step * 0.87, step * 0.2
            draw.ellipse((x - r, y - r, x + r, y + r), fill=inks[(row + column) % len(inks)])


def _rays(draw: Draw, w: int, h: int, inks: list[str], luck: random.Random) -> None:
    for k in range(0, 48, 2):
        a, b, far = k * math.pi / 24, (k + 1) * math.pi / 24, w + h
        draw.polygon(
            [
                (w / 2, h / 2),
                (w / 2 + far * math.cos(a), h / 2 + far * math.sin(a)),
                (w / 2 + far * math.cos(b), h / 2 + far * math.sin(b)),
            ],
            fill=inks[(k // 2) % len(inks)],
        )


PATTERNS = {
    "stripes": _stripes, "waves": _waves, "scallops": _scallops, "terrazzo": _terrazzo,
    "leaves": _leaves, "checks": _checks, "dots": _dots, "rays": _rays,
}  # fmt: skip


def over(paper: Path, sticker: Path, at: tuple[float, float]) -> Path:
    """A label pasted on wrapping paper, its middle at `at` (shares of width and height from the top left)."""
    below, above = Image.open(paper).convert("RGBA"), Image.open(sticker).convert("RGBA")
    place = (round(at[0] * below.width - above.width / 2), round(at[1] * below.height - above.height / 2))
    shadow = Image.new("RGBA", below.size)
    shadow.paste(above, place)
    return saved(Image.alpha_composite(below, shadow))


def wisps(seed: int = 1) -> Path:
    """A column of steam, white on black."""
    rng = np.random.default_rng(seed)
    h, w = 512, 256
    y, x = np.mgrid[0 : 1 : h * 1j, -1 : 1 : w * 1j]
    rise = 1 - y
    total = np.zeros((h, w))
    for _ in range(3):
        a, b, c = rng.uniform(0, 6.28, 3)
        centre = rng.uniform(-0.18, 0.18) + 0.24 * rise * np.sin(rise * 5 + a) + 0.08 * np.sin(rise * 13 + b)
        thick = 0.03 + 0.13 * rise
        total += np.exp(-(((x - centre) / thick) ** 2)) * (0.55 + 0.45 * np.sin(rise * 9 + c)) * 0.6
    fade = np.clip(rise / 0.12, 0, 1) * np.clip((1 - rise) / 0.55, 0, 1) * np.clip((1 - np.abs(x)) / 0.3, 0, 1)
    return saved(Image.fromarray((np.clip(total * fade, 0, 1) * 255).astype("uint8")))
