"""What grows: leaf, bean, nut, berry, blossom, sprig and fruit; strewn, heaped or laid down one by one."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import bpy
import forms
import materials
from mathutils import Vector, noise

Prop = bpy.types.Object
Maker = Callable[[random.Random, str], Prop]


def twisted_leaf(luck: random.Random, colour: str) -> Prop:
    """Rolled black tea."""
    n = luck.uniform(0.06, 0.12)
    path = [(k * n / 2 - n, luck.uniform(-1, 1) * n * 0.22, luck.uniform(-1, 1) * n * 0.16) for k in range(5)]
    return forms.tube(path, [0.003, 0.012, 0.014, 0.011, 0.003], materials.grown(colour, 0.4), 6, 0.55, 4)


def needle(luck: random.Random, colour: str) -> Prop:
    """Steamed green tea, rooibos: thin and straight."""
    n = luck.uniform(0.05, 0.09)
    return forms.tube(
        [(-n, 0, 0), (0, luck.uniform(-0.01, 0.01), 0.004), (n, 0, 0)],
        [0.002, 0.008, 0.002],
        materials.grown(colour, 0.3),
        5,
        0.5,
        4,
    )


def rolled(luck: random.Random, colour: str) -> Prop:
    """Tea rolled to a ball."""
    r = luck.uniform(0.026, 0.04)
    return forms.pebble((r, r * 0.9, r * 0.8), materials.grown(colour, 0.35), 0.5, luck.uniform(0, 50), 2.2)


def flat_leaf(luck: random.Random, colour: str, length: float = 0.16, width: float = 0.05, curl: float = 0.4) -> Prop:
    """A pressed or dried leaf, folded along its rib."""
    bend, twist, seed = luck.uniform(-curl, curl), luck.uniform(-0.3, 0.3), luck.uniform(0, 30)
    n, w = length * luck.uniform(0.8, 1.15), width * luck.uniform(0.8, 1.2)

    def surface(u: float, v: float) -> Vector:
        half = w * math.sin(math.pi * min(1, v**0.8)) ** 0.9 * (u - 0.5) * 2
        z = abs(half) * 0.35 + bend * n * (v - 0.5) ** 2 + 0.14 * w * noise.noise((half * 20, v * 5, seed))
        return Vector(((v - 0.5) * n * 2, half + twist * n * (v - 0.5) ** 2, z + half * twist))

    return forms.sheet(surface, materials.grown(colour, 0.2, 0.6), 8, 14)


def bud(luck: random.Random, colour: str) -> Prop:
    """A downy white-tea bud."""
    n = luck.uniform(0.08, 0.12)
    stuff = materials.grown(colour, 0.14, 0.95)
    return forms.tube(
        [(-n, 0, 0), (-n * 0.3, 0.008, 0.005), (n * 0.4, -0.004, 0.008), (n, 0.01, 0)],
        [0.006, 0.018, 0.014, 0.001],
        stuff,
        7,
        0.7,
        4,
    )


def bean(luck: random.Random, colour: str) -> Prop:
    """A coffee bean: round above, flat and furrowed below."""
    stuff = materials.grown(colour, 0.22, 0.38, 0.5)
    a, b = luck.uniform(0.058, 0.07), luck.uniform(0.04, 0.047)
    up = luck.random() < 0.5
    vertices, faces, around, rows = [], [], 20, 12
    for i in range(rows + 1):
        for j in range(around):
            p, t = math.pi * i / rows, 2 * math.pi * j / around
            x, y, z = a * math.cos(p), b * math.sin(p) * math.cos(t), b * math.sin(p) * math.sin(t)
            if z > 0:
                z = z * 0.42
                z -= 0.02 * math.exp(-(((y + 0.006 * math.sin(x * 40)) / 0.006) ** 2)) * max(0, 1 - (x / a) ** 4)
            vertices.append(Vector((x, y, z if up else -z)))
    for i in range(rows):
        for j in range(around):
            k, m = i * around + j, i * around + (j + 1) % around
            faces.append((k, m, m + around, k + around))
    return forms.mesh("bean", vertices, faces, stuff, smooth=180)


def chunk(luck: random.Random, colour: str) -> Prop:
    """A nib or crumb, broken with edges."""
    r = luck.uniform(0.02, 0.045)
    return forms.pebble((r * 1.3, r, r * 0.7), materials.grown(colour, 0.3), 0.7, luck.uniform(0, 50), 1.3, 1, 25)


def crystal(luck: random.Random, colour: str) -> Prop:
    """Coarse salt or sugar."""
    r = luck.uniform(0.014, 0.034)
    stuff = materials.Recipe(
        "salt", Base_Color=materials.linear(colour), Roughness=0.25, Emission=materials.linear(colour), Emission_Strength=0.12
    ).material
    return forms.pebble((r * 1.2, r, r * 0.9), stuff, 0.5, luck.uniform(0, 50), 1.1, 1, 20)


def flake(luck: random.Random, colour: str) -> Prop:
    """An oat or chocolate flake."""
    r = luck.uniform(0.035, 0.06)
    return forms.pebble((r, r * 0.75, 0.009), materials.grown(colour, 0.2), 0.4, luck.uniform(0, 50), 1.5)


def grain(luck: random.Random, colour: str) -> Prop:
    r = luck.uniform(0.018, 0.026)
    return forms.pebble((r * 2.1, r, r), materials.grown(colour, 0.2), 0.2, luck.uniform(0, 50))


def hazelnut(luck: random.Random, colour: str) -> Prop:
    r = luck.uniform(0.095, 0.11)
    outline = [
        (0, -r),
        (r * 0.45, -r * 0.95),
        (r * 0.9, -r * 0.45),
        (r, 0),
        (r * 0.8, r * 0.6),
        (r * 0.35, r * 1.02),
        (0, r * 1.18),
    ]
    return forms.turned(forms.curve(outline, 4), materials.wood(colour, materials.shade(colour, 0.7), 2, "z"), 24, 180, 0.03)


def almond(luck: random.Random, colour: str) -> Prop:
    n = luck.uniform(0.1, 0.12)
    stuff = materials.wood(colour, materials.shade(colour, 0.68), 3)
    return forms.tube(
        [(-n, 0, 0), (-n * 0.8, 0, 0), (-n * 0.1, 0, 0), (n * 0.6, 0, 0), (n, 0, 0)],
        [0.01, 0.055, 0.078, 0.045, 0.004],
        stuff,
        16,
        0.5,
        5,
    )


def walnut(luck: random.Random, colour: str) -> Prop:
    """A shelled half."""
    thing = forms.pebble((0.14, 0.11, 0.075), materials.grown(colour, 0.2, 0.6), 0.45, luck.uniform(0, 50), 3.2, 4, 180)
    return thing


def berry(luck: random.Random, colour: str, radius: float = 0.06) -> Prop:
    r = radius * luck.uniform(0.88, 1.12)
    stuff = materials.Recipe(
        "berry",
        Base_Color=materials.linear(colour),
        Roughness=0.28,
        Subsurface=0.15,
        Subsurface_Color=materials.linear(materials.shade(colour, 1.15)),
    ).material
    thing = forms.pebble((r, r, r * 0.95), stuff, 0.06, luck.uniform(0, 50), 1.2, 3, 180)
    return thing


def raspberry(luck: random.Random, colour: str) -> Prop:
    return forms.pebble((0.05, 0.045, 0.04), materials.grown(colour, 0.25, 0.7), 0.8, luck.uniform(0, 50), 4.5, 3, 40)


def petal(luck: random.Random, colour: str, length: float = 0.11) -> Prop:
    n, seed = length * luck.uniform(0.75, 1.2), luck.uniform(0, 30)

    def surface(u: float, v: float) -> Vector:
        half = n * 0.75 * math.sin(math.pi * v**0.6 * 0.92) ** 0.8 * (u - 0.5) * 2
        return Vector(
            (
                (v - 0.5) * n * 2,
                half,
                0.5 * half * half / n + n * 0.5 * (v - 0.3) ** 2 + 0.03 * n * noise.noise((half * 20, v * 6, seed)),
            )
        )

    recipe = materials.Recipe("petal", Roughness=0.6, Subsurface=0.1, Base_Color=materials.linear(colour))
    return forms.sheet(surface, recipe.material, 8, 10)


def daisy(luck: random.Random, colour: str, middle: str = "#d9a419", petals: int = 12, size: float = 0.085) -> Prop:
    """A small open flower: chamomile, jasmine, elder."""
    heart = forms.pebble((size * 0.38, size * 0.38, size * 0.28), materials.grown(middle, 0.2), 0.25, luck.uniform(0, 50), 5, 2)
    parts = [heart]
    white = materials.plain(colour, 0.6)
    droop = luck.uniform(-0.5, 0.15)
    for k in range(petals):
        a = 2 * math.pi * k / petals + luck.uniform(-0.08, 0.08)
        wide = math.pi / petals * 0.95 * size

        def surface(u: float, v: float, a: float = a, wide: float = wide) -> Vector:
            r = size * (0.25 + 0.85 * v)
            half = wide * math.sin(math.pi * (0.18 + 0.74 * v)) * (u - 0.5) * 2
            return Vector(
                (
                    r * math.cos(a) - half * math.sin(a),
                    r * math.sin(a) + half * math.cos(a),
                    droop * size * v * v + 0.02 * size * math.cos(u * 6),
                )
            )

        parts.append(forms.sheet(surface, white, 3, 5))
    return forms.merged(parts)


def star_anise(luck: random.Random, colour: str) -> Prop:
    stuff = materials.grown(colour, 0.25)
    parts = []
    for k in range(8):
        a, n = k * math.pi / 4, 0.13 * luck.uniform(0.8, 1.1)
        parts.append(
            forms.tube(
                [
                    (0.015 * math.cos(a), 0.015 * math.sin(a), 0),
                    (n * 0.55 * math.cos(a), n * 0.55 * math.sin(a), 0.02),
                    (n * math.cos(a), n * math.sin(a), 0.012),
                ],
                [0.014, 0.03, 0.003],
                stuff,
                8,
                0.8,
                5,
                (0, 0, 1),
            )
        )
    return forms.merged(parts)


def cardamom(luck: random.Random, colour: str) -> Prop:
    return forms.tube(
        [(-0.07, 0, 0), (-0.02, 0, 0.004), (0.03, 0, 0.004), (0.08, 0, 0)],
        [0.006, 0.032, 0.03, 0.002],
        materials.wood(colour, materials.shade(colour, 0.75), 3),
        10,
        0.85,
        6,
    )


def clove(luck: random.Random, colour: str) -> Prop:
    return forms.tube(
        [(-0.05, 0, 0), (0.02, 0, 0), (0.035, 0, 0), (0.05, 0, 0)], [0.005, 0.01, 0.022, 0.01], materials.grown(colour), 7, 1, 4
    )


def jasmine(luck: random.Random, colour: str) -> Prop:
    return daisy(luck, colour, "#d9d3a8", 5, 0.09)


MAKERS: dict[str, Maker] = {
    "jasmine": jasmine,
    "twisted": twisted_leaf, "needle": needle, "rolled": rolled, "flat": flat_leaf, "bud": bud, "bean": bean, "chunk": chunk,
    "crystal": crystal, "flake": flake, "grain": grain, "hazelnut": hazelnut, "almond": almond, "walnut": walnut, "berry": berry,
    "raspberry": raspberry, "petal": petal, "daisy": daisy, "anise": star_anise, "cardamom": cardamom, "clove": clove,
}  # fmt: skip
LYING = {
    "twisted",
    "needle",
    "flat",
    "bud",
    "flake",
    "petal",
    "daisy",
    "jasmine",
    "anise",
    "cardamom",
    "clove",
    "almond",
    "walnut",
    "grain",
}


def samples_of(kind: str, colours: Sequence[str], luck: random.Random, variants: int = 5) -> list[Prop]:
    """A few different pieces, out of sight, to copy from."""
    pieces = [MAKERS[kind](luck, colours[k % len(colours)]) for k in range(max(variants, len(colours)))]
    for piece in pieces:
        piece.location.z = -50
    return pieces


def tossed(piece: Prop, kind: str, luck: random.Random, x: float, y: float, z: float) -> Prop:
    copy = forms.twin(piece)
    tilt = 0.3 if kind in LYING else 1.2 if kind == "bean" else 3.1
    copy.rotation_euler = (luck.uniform(-tilt, tilt), luck.uniform(-tilt, tilt), luck.uniform(0, 6.3))
    if kind == "bean" and luck.random() < 0.6:
        copy.rotation_euler.x = luck.gauss(0, 0.25)
        copy.rotation_euler.y = luck.gauss(0, 0.2)
    size = luck.uniform(0.85, 1.15)
    copy.location, copy.scale = (x, y, z), (size, size, size)
    return copy


REST = {
    "bean": 0.034,
    "hazelnut": 0.095,
    "walnut": 0.05,
    "almond": 0.035,
    "berry": 0.055,
    "rolled": 0.025,
    "raspberry": 0.04,
    "chunk": 0.018,
    "daisy": 0.035,
    "jasmine": 0.035,
    "crystal": 0.015,
}


def strew(
    kind: str,
    colours: Sequence[str] | str,
    x: float,
    y: float,
    spread: float,
    count: int,
    seed: int = 1,
    z: float = 0,
    stretch: float = 1.6,
) -> list[Prop]:
    """Pieces let fall on the table, closest in the middle; `stretch` draws them out sideways."""
    luck = random.Random(seed * 31 + count)
    pieces = samples_of(kind, [colours] if isinstance(colours, str) else colours, luck)
    taken: list[tuple[float, float]] = []
    found = []
    gap = {
        "bean": 0.085,
        "hazelnut": 0.2,
        "walnut": 0.24,
        "almond": 0.15,
        "berry": 0.125,
        "daisy": 0.14,
        "jasmine": 0.18,
        "anise": 0.25,
    }.get(kind, 0.03)
    for _ in range(count):
        for _ in range(12):
            a, d = luck.uniform(0, 6.3), spread * luck.random() ** 0.75
            px, py = x + d * math.cos(a) * stretch, y + d * math.sin(a)
            if all((px - q) ** 2 + (py - r) ** 2 > gap * gap for q, r in taken):
                taken.append((px, py))
                found.append(tossed(luck.choice(pieces), kind, luck, px, py, z + REST.get(kind, 0.015)))
                break
    return found


def heap(
    kind: str,
    colours: Sequence[str] | str,
    x: float,
    y: float,
    radius: float,
    height: float,
    count: int,
    seed: int = 1,
    z: float = 0,
    stray: float = 0.12,
) -> list[Prop]:
    """A small hill of pieces, with some that rolled away."""
    luck = random.Random(seed * 17 + count)
    tones = [colours] if isinstance(colours, str) else list(colours)
    pieces = samples_of(kind, tones, luck, 6)
    found = [core(x, y, radius * 0.86, height * 0.84, materials.shade(tones[0], 0.62), seed, z)]
    for _ in range(count):
        a, d = luck.uniform(0, 6.3), math.sqrt(luck.random()) * radius
        if luck.random() < stray:
            d = radius * luck.uniform(1, 1.5)
        lift = height * max(0, 1 - (d / radius) ** 1.4)
        found.append(
            tossed(
                luck.choice(pieces),
                kind,
                luck,
                x + d * math.cos(a),
                y + d * math.sin(a) * 0.9,
                z + lift + luck.uniform(0, 0.015) + REST.get(kind, 0.015) * 0.8,
            )
        )
    return found


def core(x: float, y: float, radius: float, height: float, colour: str, seed: int, z: float = 0) -> Prop:
    """A soft cone, alone a spoonful of powder."""
    outline = [(radius * t / 10, height * (1 - (t / 10) ** 1.4)) for t in range(10, -1, -1)]
    thing = forms.turned(outline, materials.clay(colour), 40, 180, 0.08)
    forms.crumple(thing, 0.02, 5, seed)
    thing.location = (x, y, z - 0.004)
    return thing


def powder(colour: str, x: float, y: float, radius: float, height: float, seed: int = 1, z: float = 0) -> list[Prop]:
    """A heap of powder with its fine edge."""
    return [core(x, y, radius, height, colour, seed, z), *strew("chunk", colour, x, y, radius * 1.25, 0, seed, z)]


def spread_of(
    kind: str, colours: Sequence[str] | str, radius: float, count: int, seed: int, z: float, hill: float = 0.05
) -> list[Prop]:
    """A full surface, as in a jar or bowl."""
    luck = random.Random(seed)
    tones = [colours] if isinstance(colours, str) else list(colours)
    pieces = samples_of(kind, tones, luck, 6)
    found = []
    for _ in range(count):
        a, d = luck.uniform(0, 6.3), math.sqrt(luck.random()) * radius
        found.append(
            tossed(
                luck.choice(pieces),
                kind,
                luck,
                d * math.cos(a),
                d * math.sin(a),
                z + hill * (1 - (d / radius) ** 2) + luck.uniform(-0.01, 0.015),
            )
        )
    return found


def packed(
    kind: str, colours: Sequence[str] | str, radius: float, low: float, high: float, count: int, seed: int
) -> list[Prop]:
    """Pieces pressed against the wall of a jar, with a full surface and a dark core."""
    luck = random.Random(seed)
    tones = [colours] if isinstance(colours, str) else list(colours)
    pieces = samples_of(kind, tones, luck, 8)
    found = [
        forms.turned(
            [(0, low), (radius * 0.9, low), (radius * 0.9, high - 0.02), (0, high)],
            materials.clay(materials.shade(tones[0], 0.8)),
            40,
        )
    ]
    for _ in range(count):
        a, d, z = luck.uniform(math.pi * 0.92, math.pi * 2.08), radius * luck.uniform(0.88, 0.97), luck.uniform(low, high)
        copy = tossed(luck.choice(pieces), kind, luck, d * math.cos(a), d * math.sin(a), z)
        copy.rotation_euler = (math.pi / 2 + luck.gauss(0, 0.35), luck.uniform(0, 6.3), a + math.pi / 2)
        found.append(copy)
    return found + spread_of(kind, colours, radius * 0.92, count // 4, seed + 1, high, 0.04)
