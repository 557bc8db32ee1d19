"""Jars, bottles and pots, with what is in them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import bpy
import forms
import materials
from look import Look
from mathutils import Matrix, Vector, noise

from props import drawn, nature
from props.packaging import BRASS

Prop = bpy.types.Object
Outline = list[tuple[float, float]]
WALL = 0.035

SHAPES: dict[str, tuple[float, float, float]] = {  # radius, height of the body, radius of the neck
    "round": (0.52, 1.0, 0.44),
    "low": (0.6, 0.62, 0.54),
    "tall": (0.46, 1.35, 0.4),
    "squat": (0.6, 0.85, 0.48),
    "hex": (0.54, 0.98, 0.4),
    "square": (0.56, 1.1, 0.44),
}


def facets(count: int, body: float) -> Callable[[float, float], float]:
    """Sides for a jar of `count` faces that turns round towards its neck, at height `body`."""

    def scale(angle: float, height: float) -> float:
        step = 2 * math.pi / count
        inner = (angle + math.pi / 2 + step / 2) % step - step / 2
        flat = math.cos(step / 2) / math.cos(inner)
        soft = flat**0.92
        if count == 4:
            soft = (abs(math.cos(angle)) ** 5 + abs(math.sin(angle)) ** 5) ** (-1 / 5) * 0.88
        level = min(1.0, max(0.0, (body - height) / 0.1))
        return 1 + (soft - 1) * level

    return scale


def walls(shape: str) -> tuple[Outline, Outline, Callable[[float, float], float] | None]:
    """Outside and inside of a jar from its foot up, and its sides."""
    r, h, neck = SHAPES[shape]
    outer = [
        (0, 0.015),
        (r * 0.6, 0.0),
        (r - 0.05, 0.0),
        (r, 0.05),
        (r, h - 0.14),
        (r - 0.03, h - 0.04),
        (neck + 0.01, h + 0.02),
        (neck, h + 0.05),
        (neck, h + 0.14),
    ]
    inner = [
        (neck - WALL, h + 0.14),
        (neck - WALL, h + 0.03),
        (r - WALL - 0.03, h - 0.07),
        (r - WALL, h - 0.16),
        (r - WALL, 0.1),
        (r - WALL - 0.05, 0.06),
        (0, 0.055),
    ]
    count = {"hex": 6, "square": 4}.get(shape)
    return outer, inner, facets(count, h - 0.02) if count else None


def jar(
    look: Look,
    shape: str = "round",
    content: Callable[[float, float], list[Prop]] | None = None,
    syrup: str | None = None,
    full: float = 0.86,
    lid: str = "metal",
    label: bool = True,
    glow: float = 0.0,
    opaque: bool = False,
    tint: str = "#f7fbf9",
    lid_colour: str = BRASS,
    label_arc: float = 118,
) -> Prop:
    """A glass jar with a paper label; `content(radius, height)` makes the pieces, `syrup` the liquid round them."""
    r, h, neck = SHAPES[shape]
    outer, inner, sides = walls(shape)
    parts = [forms.turned(forms.rounded([*outer, *inner], 0.04, 5), materials.glass(tint), 96, 60, sides=sides)]
    level = h * full
    if syrup:
        parts.append(filling(syrup, r - WALL + 0.006, level, sides, glow, opaque))
    if content:
        parts += content(r - WALL - 0.02, level)
    parts += LIDS[lid](look, neck, h, lid_colour)
    if label:
        parts.append(_label(look, shape, r, h, label_arc))
    return forms.joined(parts, "jar")


def _label(look: Look, shape: str, r: float, h: float, arc: float) -> Prop:
    low, high = h * 0.14, h * 0.72
    if shape in ("hex", "square"):
        width = r * (0.96 if shape == "hex" else 1.02)
        reach = r * (math.cos(math.pi / 6) ** 0.92 if shape == "hex" else 0.88) + 0.006
        return forms.decal(
            width,
            high - low,
            materials.printed(look.label(width, high - low)),
            Matrix.Translation((0, -reach, (low + high) / 2)),
        )
    width = math.radians(arc) * r
    return forms.wrapped(r, low, high, materials.printed(look.label(width, high - low, layout=look.round_layout)), arc)


def filling(
    colour: str,
    radius: float,
    level: float,
    sides: Callable[[float, float], float] | None = None,
    glow: float = 0.0,
    opaque: bool = False,
) -> Prop:
    """What stands in a jar up to `level`: clear like honey, or opaque like butter."""
    outline = [(0, 0.05), (radius - 0.05, 0.052), (radius, 0.1), (radius, level), (radius - 0.02, level + 0.006), (0, level)]
    return forms.turned(forms.rounded(outline, 0.03), thick(colour) if opaque else honey(colour, glow), 96, 60, sides=sides)


def honey(colour: str, glow: float = 0.0, clear: float = 0.55) -> bpy.types.Material:
    """Deep where it is thick, bright at its edge where light comes through."""
    recipe = materials.Recipe("honey", Roughness=0.06, Transmission=clear, IOR=1.4, Specular=0.5)
    facing = recipe.add("LayerWeight", None, Blend=0.45).outputs["Facing"]
    recipe.colour(recipe.ramp(facing, (0.0, materials.shade(colour, 0.92)), (0.85, materials.shade(colour, 1.12))))
    recipe.set(recipe.shader, {"Emission": materials.linear(colour), "Emission Strength": glow})
    return recipe.shadowless(tuple(0.15 + 0.8 * c for c in materials.linear(colour)[:3])).material


def thick(colour: str) -> bpy.types.Material:
    """Butter, spread or caramel: opaque, with a soft shine."""
    recipe = materials.Recipe("thick", Base_Color=materials.linear(colour), Roughness=0.32, Specular=0.5)
    recipe.set(recipe.shader, {"Emission": materials.linear(colour), "Emission Strength": 0.2})
    return recipe.bump(recipe.noise(3, 3), 0.02, 0.5).material


def _metal_lid(look: Look, neck: float, h: float, colour: str) -> list[Prop]:
    R, z = neck + 0.035, h + 0.02
    outline = [
        (R - 0.01, z),
        (R + 0.006, z + 0.004),
        (R, z + 0.025),
        (R, z + 0.14),
        (R - 0.02, z + 0.165),
        (R - 0.06, z + 0.158),
        (R - 0.08, z + 0.168),
        (0, z + 0.17),
    ]
    stuff = materials.metal(colour, 0.24) if colour in (BRASS, "#bdbab4") else materials.painted(colour)
    return [
        forms.turned(forms.rounded(outline, 0.012), stuff, 96, sides=lambda a, q: 1 + 0.006 * math.sin(a * 60) * (q < z + 0.13))
    ]


def _cork(look: Look, neck: float, h: float, colour: str) -> list[Prop]:
    r = neck - WALL
    recipe = materials.Recipe("cork", Roughness=0.9, Specular=0.15)
    recipe.colour(recipe.ramp(recipe.noise(11, 5), (0.34, "#7d5833"), (0.46, "#b98d5c"), (0.7, "#cfa877")))
    recipe.bump(recipe.noise(14, 4), 0.02, 0.7)
    outline = [
        (0, h + 0.02),
        (r - 0.02, h + 0.02),
        (r + 0.02, h + 0.14),
        (r + 0.03, h + 0.24),
        (r + 0.0, h + 0.255),
        (0, h + 0.255),
    ]
    return [forms.turned(forms.rounded(outline, 0.02), recipe.material)]


def _cloth_lid(look: Look, neck: float, h: float, colour: str) -> list[Prop]:
    """A round of cloth tied over the lid."""
    R, z = neck + 0.055, h + 0.2
    seed = look.seed

    def fall(u: float, v: float) -> Vector:
        a = u * 2 * math.pi
        wave = 0.5 + 0.5 * math.sin(a * 9 + 2 * noise.noise((math.cos(a), math.sin(a), seed)))
        if v < 0.55:
            r = R * (v / 0.55)
            return Vector((r * math.cos(a), r * math.sin(a), z + 0.02 - 0.02 * (v / 0.55) ** 6))
        t = (v - 0.55) / 0.45
        r = R + 0.015 + 0.03 * t * wave * 2 + (0.13 * (t - 0.35) * (0.4 + wave) if t > 0.35 else -0.02 * t)
        return Vector((r * math.cos(a), r * math.sin(a), z - 0.02 - 0.27 * t - 0.02 * wave * t))

    art = drawn.plaid(colour) if look.says("gingham") else None
    stuff = materials.printed(art, 0.95) if art else materials.cloth(colour)
    cap = forms.sheet(fall, stuff, 144, 40)
    layer = cap.data.uv_layers[0]
    for loop in cap.data.loops:
        co = cap.data.vertices[loop.vertex_index].co
        layer.data[loop.index].uv = (0.5 + co.x * 0.75, 0.5 + (co.y - co.z * 0.6) * 0.75)
    string = [
        forms.turned(
            [(R + 0.01 + 0.016 * math.cos(a), z - 0.12 + k * 0.03 + 0.016 * math.sin(a)) for a in [i * 0.5 for i in range(14)]],
            materials.cloth("#b99a6b", 90),
            96,
        )
        for k in range(2)
    ]
    return [*_metal_lid(look, neck, h, BRASS), cap, *string, *bow(0, -R - 0.03, z - 0.1)]


def bow(x: float, y: float, z: float, colour: str = "#b99a6b", size: float = 0.2) -> list[Prop]:
    """A small bow of string."""
    stuff, parts = materials.cloth(colour, 90), []
    for sign in (-1, 1):
        loop = [
            (x, y, z),
            (x + sign * size * 0.6, y - 0.03, z + size * 0.35),
            (x + sign * size, y - 0.03, z),
            (x + sign * size * 0.5, y - 0.03, z - size * 0.15),
            (x, y - 0.01, z),
        ]
        tail = [
            (x, y - 0.01, z),
            (x + sign * size * 0.35, y - 0.04, z - size * 0.5),
            (x + sign * size * 0.5, y - 0.03, z - size * 1.1),
        ]
        parts += [forms.tube(loop, 0.012, stuff, 8), forms.tube(tail, 0.012, stuff, 8)]
    return parts


def _clip_lid(look: Look, neck: float, h: float, colour: str) -> list[Prop]:
    """A glass lid on a rubber ring, held by wire."""
    R, z, wire = neck + 0.03, h + 0.14, materials.metal("#b5b5b2", 0.22, 0.3)
    lid = [
        (0, z + 0.03),
        (R, z + 0.03),
        (R + 0.01, z + 0.06),
        (R - 0.03, z + 0.1),
        (R * 0.6, z + 0.13),
        (0, z + 0.135),
        (0, z + 0.1),
        (R * 0.55, z + 0.095),
        (R - 0.06, z + 0.06),
        (0, z + 0.055),
    ]
    ring = [(R - 0.06, z), (R + 0.02, z), (R + 0.03, z + 0.015), (R + 0.02, z + 0.03), (R - 0.06, z + 0.03)]
    parts = [
        forms.turned(forms.rounded(lid, 0.015), materials.glass("#f4faf8")),
        forms.turned(ring, materials.plain(colour, 0.55)),
    ]
    parts.append(
        forms.turned(
            [(neck + 0.016 + 0.012 * math.cos(i / 2), h + 0.08 + 0.012 * math.sin(i / 2)) for i in range(14)], wire, 64
        )
    )
    for side in (-1, 1):
        parts.append(
            forms.tube(
                [
                    (side * 0.16, -R + 0.02, z + 0.11),
                    (side * 0.15, -R - 0.05, z + 0.06),
                    (side * 0.13, -R - 0.07, h - 0.06),
                    (side * 0.1, -R - 0.08, h - 0.2),
                ],
                0.011,
                wire,
                8,
            )
        )
    parts.append(
        forms.tube([(-0.16, -R + 0.02, z + 0.11), (0, -R + 0.08, z + 0.13), (0.16, -R + 0.02, z + 0.11)], 0.011, wire, 8)
    )
    parts.append(forms.tube([(-0.1, -R - 0.08, h - 0.2), (0, -R - 0.09, h - 0.24), (0.1, -R - 0.08, h - 0.2)], 0.011, wire, 8))
    parts.append(forms.tube([(0, R - 0.02, z + 0.1), (0, R + 0.07, z + 0.03), (0, R + 0.04, h + 0.06)], 0.014, wire, 8))
    return parts


LIDS: dict[str, Callable[[Look, float, float, str], list[Prop]]] = {
    "metal": _metal_lid, "cork": _cork, "cloth": _cloth_lid, "clip": _clip_lid, "none": lambda *_: [],
}  # fmt: skip


def drowned(kind: str, colours: Sequence[str], radius: float, low: float, high: float, count: int, seed: int) -> list[Prop]:
    """Pieces hanging in syrup, close to the glass where they are seen."""
    luck = random.Random(seed)
    pieces = nature.samples_of(kind, list(colours), luck, 4)
    found = []
    for k in range(count):
        a, d = luck.uniform(math.pi, 2 * math.pi), radius * luck.uniform(0.72, 0.84)
        found.append(
            nature.tossed(
                luck.choice(pieces),
                "any",
                luck,
                d * math.cos(a),
                d * math.sin(a),
                low + (high - low) * (k + luck.random()) / count,
            )
        )
    return found


def swirl(radius: float, level: float, colour: str, mark: str = "swirl", depth: float = 1.0) -> Prop:
    """The top of something spreadable, with the mark of a spoon."""

    def surface(u: float, v: float) -> Vector:
        a, r = u * 2 * math.pi, v * radius
        z = level + 0.03 * math.sin(a * 1 + v * 11) * math.sin(math.pi * v) + 0.04 * (1 - v) * (mark == "swirl")
        if mark == "spoon":
            x, y = r * math.cos(a), r * math.sin(a)
            z = (
                level
                + 0.012 * noise.noise((x * 4, y * 4, 0))
                - 0.09 * depth * math.exp(-((x / 0.3) ** 2 + ((y + 0.05) / 0.16) ** 2))
                + 0.035 * depth * math.exp(-(((x - 0.32) / 0.08) ** 2 + (y / 0.2) ** 2))
            )
        return Vector((r * math.cos(a), r * math.sin(a), z))

    return forms.sheet(surface, thick(colour), 96, 40)


def crock(look: Look) -> Prop:
    """A stoneware crock under paper and string."""
    outline = [(0, 0), (0.4, 0), (0.46, 0.03), (0.5, 0.3), (0.5, 0.66), (0.46, 0.8), (0.44, 0.88), (0.46, 0.92), (0, 0.92)]
    body = forms.turned(forms.rounded(outline, 0.04), materials.glaze("#cdbfa9", 0.9, 0.3), wobble=0.01)
    foot = forms.turned([(0.43, 0.0), (0.464, 0.03), (0.475, 0.1)], materials.clay("#8d7358"))
    label = forms.wrapped(lambda z: 0.5, 0.12, 0.46, materials.printed(look.label(0.8, 0.34, layout="classic")), 92, lift=0.008)
    cover = _cloth_lid(look.but(note=""), 0.44, 0.78, "#d8c39b")
    return forms.joined([body, foot, label, *cover], "crock")


def gems(kind: str, colours: Sequence[str] | str, count: int = 300, seed: int = 1) -> Callable[[float, float], list[Prop]]:
    """Content for a jar: pieces packed against the glass."""
    return lambda radius, level: nature.packed(kind, colours, radius, 0.1, level, count, seed)


def plate(radius: float, colour: str = "#e9e1d3", rise: float = 0.07, speckles: float = 0.5) -> Prop:
    """A small stoneware plate or dish."""
    r = radius
    outline = [
        (0, 0.02),
        (r * 0.5, 0.0),
        (r * 0.62, 0.0),
        (r * 0.68, 0.02),
        (r * 0.92, rise * 0.8),
        (r, rise),
        (r - 0.012, rise + 0.018),
        (r * 0.9, rise * 0.85 + 0.015),
        (r * 0.66, 0.045),
        (0, 0.04),
    ]
    return forms.turned(forms.rounded(outline, 0.015), materials.glaze(colour, speckles), wobble=0.006)


def bowl(radius: float, height: float, colour: str, speckles: float = 0.5) -> Prop:
    """A small open bowl."""
    r, h = radius, height
    outer = [(r * 0.42, 0.0), (r * 0.46, 0.04), (r * 0.7, h * 0.25), (r * 0.93, h * 0.65), (r, h)]
    inner = [(r - 0.025, h + 0.008), (r * 0.88, h * 0.66), (r * 0.62, h * 0.28), (r * 0.3, h * 0.16), (0, h * 0.14)]
    return forms.turned(
        [(0, 0.02), (r * 0.36, 0.015), *forms.curve(outer, 6), *forms.curve(inner, 6)],
        materials.glaze(colour, speckles),
        wobble=0.008,
    )
