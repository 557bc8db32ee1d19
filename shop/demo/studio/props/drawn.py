"""Drawings that stand for what is too fine to model: cut fruit, bark, comb, scale displays."""

from __future__ import annotations

import math
import random
from pathlib import Path

import labels
from PIL import Image, ImageDraw, ImageFilter

N = 512


def slice_of(kind: str) -> Path:
    """The cut face of a fruit on a square, clear outside the round."""
    picture = Image.new("RGBA", (N, N), "#00000000")
    draw = ImageDraw.Draw(picture)
    if kind in ("orange", "lemon", "bergamot"):
        _citrus(
            draw,
            *{
                "orange": ("#e8831a", "#f8dfb2", "#f5a234"),
                "lemon": ("#e8c32f", "#fbf3cc", "#f3dc6c"),
                "bergamot": ("#c6c03a", "#f6f1c8", "#e6dd7c"),
            }[kind],
        )
    elif kind == "fig":
        _disc(draw, 1, "#4b2c46"), _disc(draw, 0.94, "#e9dcc0"), _disc(draw, 0.8, "#b04a5c")
        luck = random.Random(4)
        for _ in range(500):
            a, d = luck.uniform(0, 6.3), 0.78 * math.sqrt(luck.random())
            _dot(draw, a, d, luck.uniform(2, 5), luck.choice(("#e0b070", "#8e2d44", "#d98a80")))
    elif kind == "apricot":
        _disc(draw, 1, "#e8963a"), _disc(draw, 0.95, "#f3b152"), _disc(draw, 0.42, "#c9792c"), _disc(draw, 0.36, "#8a5328")
    else:
        _disc(draw, 1, "#c08a4e"), _disc(draw, 0.93, "#ead2a0"), _disc(draw, 0.3, "#d9b679"), _disc(draw, 0.2, "#a97d47")
    return labels.saved(picture.filter(ImageFilter.GaussianBlur(0.8)))


def _disc(draw: ImageDraw.ImageDraw, share: float, colour: str) -> None:
    r = N / 2 * share
    draw.ellipse((N / 2 - r, N / 2 - r, N / 2 + r, N / 2 + r), fill=colour)


def _dot(draw: ImageDraw.ImageDraw, angle: float, distance: float, radius: float, colour: str) -> None:
    x, y = N / 2 + N / 2 * distance * math.cos(angle), N / 2 + N / 2 * distance * math.sin(angle)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _citrus(draw: ImageDraw.ImageDraw, rind: str, pith: str, flesh: str) -> None:
    _disc(draw, 1, rind), _disc(draw, 0.94, pith)
    luck = random.Random(2)
    for k in range(10):
        a = k * math.pi / 5
        points = [(N / 2 + N * 0.03 * math.cos(a), N / 2 + N * 0.03 * math.sin(a))]
        points += [
            (N / 2 + N * 0.425 * math.cos(a + t), N / 2 + N * 0.425 * math.sin(a + t)) for t in (-0.27, -0.18, 0, 0.18, 0.27)
        ]
        draw.polygon(points, fill=flesh)
        for _ in range(26):
            t, d = a + luck.uniform(-0.24, 0.24), luck.uniform(0.2, 0.8)
            far = d + luck.uniform(0.04, 0.1)
            ends = [(N / 2 + N / 2 * q * math.cos(t), N / 2 + N / 2 * q * math.sin(t)) for q in (d, far)]
            draw.line(ends, fill=luck.choice((pith, rind)), width=2)


def birch() -> Path:
    luck = random.Random(8)
    picture = Image.new("RGB", (N, N), "#d9d2c4")
    draw = ImageDraw.Draw(picture)
    for _ in range(70):
        x, y, w = luck.uniform(0, N), luck.uniform(0, N), luck.uniform(10, 70)
        draw.ellipse((x, y, x + w, y + luck.uniform(2, 9)), fill=luck.choice(("#4a4038", "#8a7f70", "#b5a998")))
    return labels.saved(picture.filter(ImageFilter.GaussianBlur(1)))


def rings() -> Path:
    picture = Image.new("RGB", (N, N), "#d8b583")
    draw = ImageDraw.Draw(picture)
    for k in range(14, 0, -1):
        r = N / 2 * k / 14
        draw.ellipse((N / 2 - r, N / 2 - r, N / 2 + r, N / 2 + r), outline="#b08a58", width=3)
    return labels.saved(picture.filter(ImageFilter.GaussianBlur(1.2)))


def cells(size: float = 42) -> Path:
    """Honeycomb as a height picture: walls white, cells black."""
    picture = Image.new("L", (N * 2, N * 2), 0)
    draw = ImageDraw.Draw(picture)
    rows = int(2 * N / (size * 1.5)) + 2
    for j in range(rows):
        for i in range(int(2 * N / (size * math.sqrt(3))) + 2):
            x, y = (i + (j % 2) / 2) * size * math.sqrt(3), j * size * 1.5
            points = [(x + size * math.sin(k * math.pi / 3), y + size * math.cos(k * math.pi / 3)) for k in range(7)]
            draw.line(points, fill=255, width=int(size * 0.24), joint="curve")
    return labels.saved(picture.resize((N, N)).filter(ImageFilter.GaussianBlur(1.5)).convert("RGB"))


def digits(text: str, colour: str = "#bfe8da", ground: str = "#101112") -> Path:
    picture = Image.new("RGB", (N, N // 3), ground)
    draw = ImageDraw.Draw(picture)
    labels.name_block(draw, (30, 20, N - 30, N // 3 - 20), text, colour, labels.SANS)
    return labels.saved(picture)


def foam(colour: str, light: str, seed: int = 1) -> Path:
    """Crema or froth seen from above: rings of small bubbles."""
    luck = random.Random(seed)
    picture = Image.new("RGB", (N, N), colour)
    draw = ImageDraw.Draw(picture)
    for _ in range(900):
        a, d = luck.uniform(0, 6.3), luck.random() ** 0.6
        x, y, r = N / 2 + N / 2 * d * math.cos(a), N / 2 + N / 2 * d * math.sin(a), luck.uniform(1.5, 7) * (0.4 + d)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=light, width=2)
    return labels.saved(picture.filter(ImageFilter.GaussianBlur(2.2)))


def plaid(colour: str, ground: str = "#f6efe2", step: int = 32) -> Path:
    """Gingham."""
    picture = Image.new("RGB", (N, N), ground)
    tint = Image.new("RGBA", (N, N), "#00000000")
    draw = ImageDraw.Draw(tint)
    for k in range(0, N, step * 2):
        draw.rectangle((k, 0, k + step, N), fill=colour + "80")
    other = Image.new("RGBA", (N, N), "#00000000")
    cross = ImageDraw.Draw(other)
    for k in range(0, N, step * 2):
        cross.rectangle((0, k, N, k + step), fill=colour + "80")
    done = Image.alpha_composite(Image.alpha_composite(picture.convert("RGBA"), tint), other)
    return labels.saved(done.convert("RGB"))


def striped(ground: str, stripe: str, bands: tuple[float, ...] = (0.08, 0.13, 0.16)) -> Path:
    """Woven cloth with a stripe near each end."""
    picture = Image.new("RGB", (N, N), ground)
    draw = ImageDraw.Draw(picture)
    for at in bands:
        for y in (at, 1 - at):
            wide = 0.028 if at == bands[1] else 0.01
            draw.rectangle((0, (y - wide / 2) * N, N, (y + wide / 2) * N), fill=stripe)
    return labels.saved(picture)
