"""Cartons, gift boxes and the lids that stand behind them."""

from __future__ import annotations

import math
import random

import bpy
import forms
import labels
import materials
from look import Look
from mathutils import Matrix, Vector

Prop = bpy.types.Object


def carton(look: Look, size: tuple[float, float, float] = (0.95, 0.5, 1.3), paper: str | None = None) -> Prop:
    """A folding box with its artwork on the front and a pattern round the sides."""
    w, d, h = size
    kind = paper or look.pick(tuple(labels.PATTERNS))
    inks = [materials.shade(c, 0.9) for c in look.colours[1:]] or [
        materials.shade(look.body, 0.8),
        materials.shade(look.body, 1.25),
    ]
    wrap = labels.pattern(w, h, kind, look.body, inks, look.seed)
    front = labels.over(wrap, look.label(w * 0.72, h * 0.58), (0.5, 0.5))
    side = labels.pattern(d, h, kind, look.body, inks, look.seed + 1)
    parts = [forms.block(size, materials.paper(look.body), 0.012)]
    parts.append(forms.decal(w - 0.02, h - 0.02, materials.printed(front), Matrix.Translation((0, -d / 2 - 0.002, h / 2))))
    for sign in (-1, 1):
        turn = Matrix.Translation((sign * (w / 2 + 0.002), 0, h / 2)) @ Matrix.Rotation(sign * math.pi / 2, 4, "Z")
        parts.append(forms.decal(d - 0.02, h - 0.02, materials.printed(side), turn))
    parts.append(
        forms.block(
            (w * 0.96, 0.004, 0.006), materials.plain(materials.shade(look.body, 0.5), 0.9), 0, (0, -d / 2 + 0.02, h - 0.003)
        )
    )
    return forms.joined(parts, "carton")


def gift_box(
    look: Look, size: tuple[float, float, float] = (1.5, 1.1, 0.5), ribbon: str | None = None, is_open: bool = False
) -> Prop:
    """A rigid box with a lid and a tied ribbon; open, it shows shredded paper for things to lie in."""
    w, d, h = size
    body = materials.paper(look.body)
    parts: list[Prop] = []
    if is_open:
        t = 0.03
        parts.append(forms.block((w, d, t), body, 0.005))
        for sx, sy, at in (
            (w, t, (0, -d / 2 + t / 2, 0)),
            (w, t, (0, d / 2 - t / 2, 0)),
            (t, d, (-w / 2 + t / 2, 0, 0)),
            (t, d, (w / 2 - t / 2, 0, 0)),
        ):
            parts.append(forms.block((sx, sy, h), body, 0.008, at))
        parts += shreds(w - 0.1, d - 0.1, h * 0.45, look.seed)
        return forms.joined(parts, "open box")
    parts.append(forms.block((w, d, h * 0.72), body, 0.012))
    parts.append(
        forms.block(
            (w + 0.03, d + 0.03, h * 0.42),
            materials.paper(look.colour(1) if len(look.colours) > 1 else look.body),
            0.014,
            (0, 0, h * 0.6),
        )
    )
    parts += _ribbon(w + 0.034, d + 0.034, h * 1.02, materials.cloth(ribbon or look.tint, 90))
    return forms.joined(parts, "gift box")


def _ribbon(w: float, d: float, h: float, stuff: bpy.types.Material) -> list[Prop]:
    wide = 0.13
    x = -w * 0.18
    parts = [
        forms.block((wide, d + 0.008, h + 0.006), stuff, 0.01, (x, 0, 0)),
        forms.block((w + 0.008, wide, h + 0.006), stuff, 0.01, (0, 0, 0)),
    ]
    for sign in (-1, 1):
        loop = [
            (x, 0, h + 0.02),
            (x + sign * 0.16, -0.03, h + 0.17),
            (x + sign * 0.36, -0.06, h + 0.16),
            (x + sign * 0.34, -0.07, h + 0.05),
            (x + sign * 0.14, -0.04, h + 0.03),
            (x, 0, h + 0.03),
        ]
        parts.append(band(loop, wide * 0.9, stuff))
        tail = [
            (x, -0.02, h + 0.03),
            (x + sign * 0.12, -0.14, h + 0.06),
            (x + sign * 0.2, -0.3, h + 0.02),
            (x + sign * 0.27, -d / 2 + 0.05, h + 0.015),
        ]
        parts.append(band(tail, wide * 0.85, stuff))
    knot = forms.pebble((0.075, 0.085, 0.055), stuff, 0.2, 3)
    knot.location = (x, -0.01, h + 0.05)
    return [*parts, knot]


def band(path: list[tuple[float, float, float]], width: float, stuff: bpy.types.Material) -> Prop:
    """A strip of ribbon standing along a path."""
    line = [Vector(p) for p in forms.curve(path, 8)]

    def surface(u: float, v: float) -> Vector:
        k = u * (len(line) - 1)
        i = min(int(k), len(line) - 2)
        here = line[i].lerp(line[i + 1], k - i)
        return here + Vector((0, (v - 0.5) * width, 0.006 * math.sin(u * 9) * (v - 0.5)))

    strip = forms.sheet(surface, stuff, 60, 4)
    thick = strip.modifiers.new("thick", "SOLIDIFY")
    thick.thickness = 0.008
    return strip


def shreds(width: float, depth: float, height: float, seed: int, colour: str = "#d9c29a", count: int = 260) -> list[Prop]:
    """Crinkled paper wool."""
    luck = random.Random(seed)
    stuff = materials.grown(colour, 0.15, 0.85)
    shapes = []
    for _ in range(7):
        path = [(k * 0.07 - 0.2, luck.uniform(-0.06, 0.06), luck.uniform(0, 0.08)) for k in range(7)]
        shapes.append(forms.tube(path, 0.013, stuff, 4, 0.25, 4))
    parts = list(shapes)
    for _ in range(count):
        twin = luck.choice(shapes).copy()
        bpy.context.scene.collection.objects.link(twin)
        parts.append(twin)
    for part in parts:
        part.location = (
            luck.uniform(-0.5, 0.5) * (width - 0.3),
            luck.uniform(-0.5, 0.5) * (depth - 0.3),
            height * luck.uniform(0.6, 1.05),
        )
        part.rotation_euler = (luck.uniform(-0.4, 0.4), luck.uniform(-0.4, 0.4), luck.uniform(0, 6.3))
    filler = forms.block((width, depth, height * 0.7), stuff, 0.02, (0, 0, 0.02))
    return [*parts, filler]


def round_box(
    look: Look, radius: float = 0.75, height: float = 0.45, kind: str = "leaves", rim: str | None = None
) -> tuple[Prop, Prop]:
    """A round tin or box and its lid, apart: the lid lies at the origin."""
    inks = [materials.shade(c, 1.0) for c in look.colours[1:]]
    side = labels.pattern(radius * 6.28, height, kind, look.body, inks, look.seed)
    r, h, stuff = radius, height, materials.painted(look.body, 0.45)
    walls = [(0, 0.02), (r - 0.02, 0), (r, 0.02), (r, h), (r - 0.02, h), (r - 0.025, 0.04), (0, 0.04)]
    parts = [forms.turned(forms.rounded(walls, 0.012), stuff)]
    parts.append(forms.wrapped(r, 0.04, h * 0.7, materials.printed(side, 0.5), 359.9, lift=0.003))
    cover = [
        (r + 0.014, 0),
        (r + 0.02, 0.01),
        (r + 0.014, 0.03),
        (r + 0.014, 0.15),
        (r - 0.03, 0.19),
        (0, 0.195),
        (0, 0.17),
        (r - 0.02, 0.16),
        (r - 0.0, 0.0),
    ]
    lid = [forms.turned(forms.rounded(cover, 0.014), materials.painted(look.body, 0.45))]
    if rim:
        lid.append(forms.turned([(r + 0.021, 0.01), (r + 0.024, 0.02), (r + 0.018, 0.035)], materials.metal(rim, 0.25)))
    size = r * 1.3
    top = look.on_colour(size, size, look.body, "roundel")
    lid.append(
        forms.decal(size, size, materials.printed(top), Matrix.Translation((0, 0, 0.2)) @ Matrix.Rotation(-math.pi / 2, 4, "X"))
    )
    return forms.joined(parts, "round box"), forms.joined(lid, "round lid")


def tray_box(look: Look, size: tuple[float, float, float], inside: str = "#2a1a14") -> Prop:
    """The lower half of a sweet box: low walls round a dark tray."""
    w, d, h = size
    body, t = materials.paper(look.body), 0.03
    parts = [
        forms.block((w, d, 0.04), body, 0.004),
        forms.block((w - 0.06, d - 0.06, 0.02), materials.paper(inside), 0.002, (0, 0, 0.035)),
    ]
    for sx, sy, at in (
        (w, t, (0, -d / 2 + t / 2, 0)),
        (w, t, (0, d / 2 - t / 2, 0)),
        (t, d, (-w / 2 + t / 2, 0, 0)),
        (t, d, (w / 2 - t / 2, 0, 0)),
    ):
        parts.append(forms.block((sx, sy, h), body, 0.008, at))
    return forms.joined(parts, "tray")


def box_lid(look: Look, width: float, height: float, thick: float = 0.14, at: tuple[float, float] = (0.5, 0.5)) -> Prop:
    """A lid standing on its edge, its printed top to the camera, the label's middle `at` these shares from the left and top."""
    kind = look.pick(tuple(labels.PATTERNS))
    wrap = labels.pattern(
        width,
        height,
        kind,
        look.body,
        [materials.shade(c, 0.95) for c in look.colours[1:2]] or [materials.shade(look.body, 0.8)],
        look.seed,
    )
    art = labels.over(wrap, look.label(width * 0.5, height * 0.56, layout="classic"), at)
    body = forms.block((width, thick, height), materials.paper(look.body), 0.014)
    return forms.joined(
        [
            body,
            forms.decal(
                width - 0.03, height - 0.03, materials.printed(art), Matrix.Translation((0, -thick / 2 - 0.002, height / 2))
            ),
        ],
        "box lid",
    )
