"""Twigs, fruit, spice and wood: what is laid down one by one."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import bpy
import forms
import materials
from mathutils import Vector

from props import drawn, nature

Prop = bpy.types.Object


def cinnamon(length: float = 0.7, radius: float = 0.045) -> Prop:
    """A quill with its curled edges."""
    stuff = materials.wood("#a5683a", "#6f3f20", 1.5)

    def scroll(u: float, v: float) -> Vector:
        t = -math.pi * 1.6 + u * math.pi * 3.2
        r = radius * (0.45 + 0.55 * abs(t) / (math.pi * 1.6))
        side = 1 if t >= 0 else -1
        return Vector(
            (
                (v - 0.5) * length,
                side * radius * 0.9 + r * math.cos(math.pi / 2 + t) * 1.0,
                radius + r * math.sin(t + math.pi / 2) * side * 0.9,
            )
        )

    thing = forms.sheet(scroll, stuff, 48, 4)
    thing.modifiers.new("thick", "SOLIDIFY").thickness = 0.012
    return thing


def vanilla(bend: float = 0.15, length: float = 1.1) -> Prop:
    path = [(length * (t / 6 - 0.5), bend * math.sin(t / 6 * 3.1), 0.022) for t in range(7)]
    return forms.tube(
        path, [0.006, 0.02, 0.024, 0.025, 0.024, 0.018, 0.014], materials.grown("#2e1a10", 0.3, 0.4, 0.5), 10, 0.7
    )


def stick(length: float = 0.9, radius: float = 0.04, seed: int = 1, colour: str = "#7a5a3c") -> Prop:
    luck = random.Random(seed)
    path = [(length * (t / 5 - 0.5), luck.uniform(-0.03, 0.03), radius + luck.uniform(0, 0.012)) for t in range(6)]
    return forms.tube(
        path, [radius * luck.uniform(0.8, 1.1) for _ in path], materials.wood(colour, materials.shade(colour, 0.55), 2), 12
    )


def leaf_on(luck: random.Random, colour: str, length: float, width: float) -> Prop:
    leaf = nature.flat_leaf(luck, colour, length / 2, width / 2, 0.6)
    for vertex in leaf.data.vertices:
        vertex.co.x += length / 2
    return leaf


def sprig(kind: str = "mint", seed: int = 1, length: float = 0.9) -> Prop:
    """A cut twig lying down: mint, olive, thyme, lavender, linden, buckthorn, elder, juniper or barley."""
    luck = random.Random(seed)
    path = [(length * t / 5, 0.06 * math.sin(t * 0.8 + seed), 0.025 + 0.03 * math.sin(t * 0.6)) for t in range(6)]
    tone = {"lavender": "#7f8a5e", "barley": "#c9a860", "buckthorn": "#6b5238", "olive": "#75704a"}.get(kind, "#64753f")
    stem = forms.tube(path, [0.014, 0.013, 0.012, 0.01, 0.008, 0.004], materials.grown(tone), 8)
    line = [Vector(p) for p in forms.curve(path, 8)]
    parts = [stem]
    parts += SPRIGS[kind](luck, line)
    return forms.joined(parts, "sprig")


def _pairs(
    luck: random.Random,
    line: list[Vector],
    colour: str,
    size: float,
    width: float,
    steps: int,
    start: float = 0.2,
    shrink: float = 0.5,
) -> list[Prop]:
    parts = []
    for k in range(steps):
        t = start + (1 - start) * k / (steps - 1)
        here = line[min(len(line) - 1, int(t * (len(line) - 1)))]
        for side in (-1, 1):
            grow = size * (1 - shrink * t) * luck.uniform(0.8, 1.1)
            leaf = leaf_on(luck, colour, grow, width * grow)
            leaf.location = here + Vector((0, 0, 0.01))
            leaf.rotation_euler = (luck.uniform(-0.4, 0.4), -luck.uniform(0.05, 0.55), side * luck.uniform(0.6, 1.1))
            parts.append(leaf)
    return parts


def _flowers(luck: random.Random, line: list[Vector], colour: str, start: float, count: int, size: float) -> list[Prop]:
    pieces = [
        forms.pebble((size * 1.3, size * 0.8, size * 0.8), materials.grown(colour, 0.25), 0.4, k * 3.1, 2) for k in range(4)
    ]
    parts = list(pieces)
    for k in range(count):
        t = start + (1 - start) * k / count
        here = line[min(len(line) - 1, int(t * (len(line) - 1)))]
        copy = forms.twin(luck.choice(pieces))
        a = luck.uniform(0, 6.3)
        copy.location = here + Vector((luck.uniform(-0.012, 0.012), 0.035 * math.cos(a), 0.035 * math.sin(a)))
        copy.rotation_euler = (luck.uniform(0, 6), luck.uniform(-0.6, 0.6), luck.uniform(-0.6, 0.6))
        parts.append(copy)
    for piece in pieces:
        piece.location = line[-1]
    return parts


def _umbel(luck: random.Random, line: list[Vector], colour: str) -> list[Prop]:
    blossom = [nature.daisy(luck, colour, "#d9c77a", 5, 0.04) for _ in range(3)]
    parts: list[Prop] = []
    for k in range(60):
        a, d = luck.uniform(0, 6.3), 0.3 * math.sqrt(luck.random())
        copy = forms.twin(luck.choice(blossom))
        copy.location = line[-1] + Vector((d * math.cos(a) * 0.9, d * math.sin(a), 0.08 + luck.uniform(0, 0.06)))
        copy.rotation_euler = (luck.uniform(-0.5, 0.5), luck.uniform(-0.5, 0.5), luck.uniform(0, 6))
        parts.append(copy)
        if k % 5 == 0:
            parts.append(
                forms.tube(
                    [line[-1], line[-1].lerp(copy.location, 0.6), copy.location], 0.006, materials.grown("#7d8c4b"), 5, 1, 3
                )
            )
    for piece in blossom:
        piece.location.z = -50
    return parts


def _berries(luck: random.Random, line: list[Vector], colour: str) -> list[Prop]:
    pieces = [nature.berry(luck, colour, 0.055) for _ in range(3)]
    parts = []
    for k in range(26):
        here = line[int(luck.uniform(0.25, 0.98) * (len(line) - 1))]
        copy = forms.twin(luck.choice(pieces))
        a = luck.uniform(-0.5, 3.6)
        copy.location = here + Vector((0, 0.06 * math.cos(a), 0.045 * math.sin(a) + 0.03))
        parts.append(copy)
    for piece in pieces:
        piece.location.z = -50
    return parts


SPRIGS: dict[str, Callable[[random.Random, list[Vector]], list[Prop]]] = {
    "mint": lambda luck, line: _pairs(luck, line, "#4f8a3f", 0.34, 0.55, 5),
    "olive": lambda luck, line: _pairs(luck, line, "#6f7f4c", 0.32, 0.24, 7),
    "thyme": lambda luck, line: _pairs(luck, line, "#5c7046", 0.1, 0.45, 14),
    "lavender": lambda luck, line: (
        _flowers(luck, line, "#7d68a8", 0.55, 60, 0.026) + _pairs(luck, line[: len(line) // 2], "#8a9670", 0.24, 0.12, 3)
    ),
    "linden": lambda luck, line: _pairs(luck, line, "#7f9a4e", 0.4, 0.75, 3) + _umbel(luck, line, "#efe6b4")[:30],
    "elder": lambda luck, line: _pairs(luck, line, "#54793f", 0.32, 0.4, 3) + _umbel(luck, line, "#fbf8ea"),
    "buckthorn": lambda luck, line: _pairs(luck, line, "#7e8c5a", 0.3, 0.18, 6) + _berries(luck, line, "#ee7a10"),
    "juniper": lambda luck, line: _pairs(luck, line, "#4e6a55", 0.12, 0.16, 18, 0.05),
    "barley": lambda luck, line: _flowers(luck, line, "#c8a55a", 0.62, 46, 0.03),
}


def wheel(kind: str = "orange", radius: float = 0.3, thick: float = 0.05) -> Prop:
    """A slice of fruit: orange, lemon, apple or fig."""
    rind = {"orange": "#e88a1e", "lemon": "#e9c53a", "bergamot": "#c9c24a", "apple": "#c9a06a", "fig": "#4a2a44"}[kind]
    side = forms.turned(
        [(0, 0), (radius * 0.99, 0), (radius, thick / 2), (radius * 0.99, thick), (0, thick)], materials.plain(rind, 0.4), 48
    )
    face = forms.decal(radius * 1.98, radius * 1.98, materials.printed(drawn.slice_of(kind), 0.3), None)
    face.rotation_euler = (-math.pi / 2, 0, 0)
    face.location.z = thick + 0.002
    return forms.joined([side, face], "wheel")


def half_fruit(kind: str = "bergamot", radius: float = 0.33) -> Prop:
    """Half a fruit lying on its side, its cut face turned to the camera."""
    rind = {"orange": "#e88a1e", "lemon": "#ecc93c", "bergamot": "#cdc443", "fig": "#4b2c46", "apricot": "#eda247"}[kind]
    outline = [(radius * math.sin(t / 14 * math.pi / 2), -radius * 1.05 * math.cos(t / 14 * math.pi / 2)) for t in range(15)]
    skin = materials.Recipe("rind", Base_Color=materials.linear(rind), Roughness=0.42)
    skin.bump(skin.noise(26, 2), 0.02, 0.6)
    shell = forms.turned(outline, skin.material, 48, 180)
    face = forms.decal(radius * 2, radius * 2, materials.printed(drawn.slice_of(kind), 0.3))
    face.rotation_euler = (-math.pi / 2, 0, 0)
    face.location.z = 0.004
    body = forms.joined([shell, face], "half")
    body.rotation_euler = (math.radians(78), 0, 0)
    holder = forms.joined([body], "half fruit")
    body.location.z = radius * 0.97
    return holder


def whole_fruit(colour: str, radius: float = 0.34, stalk: bool = True, cloves: bool = False, squash: float = 0.94) -> Prop:
    """An orange, apple, apricot or walnut in its shell, by its colour."""
    skin = materials.Recipe("skin", Roughness=0.4)
    skin.colour(skin.ramp(skin.noise(1.5, 4), (0.35, materials.shade(colour, 0.85)), (0.65, materials.shade(colour, 1.08))))
    skin.bump(skin.noise(26 if cloves else 4, 2), 0.02, 0.5)
    r = radius
    outline = [
        (0, -r * squash * 0.86),
        (r * 0.3, -r * squash * 0.95),
        (r * 0.8, -r * 0.6),
        (r, 0),
        (r * 0.82, r * 0.6),
        (r * 0.35, r * squash * 0.96),
        (0, r * squash * 0.84),
    ]
    parts = [forms.placed(forms.turned(forms.curve(outline, 6), skin.material, 48, 180, 0.03), z=r * 0.93)]
    if stalk and not cloves:
        parts.append(
            forms.tube(
                [(0, 0, r * 1.72), (0.01, 0, r * 1.9), (0.04, 0, r * 2.05)], [0.014, 0.01, 0.014], materials.grown("#5a4026"), 8
            )
        )
    if cloves:
        piece = nature.samples_of("clove", ["#3d2113"], random.Random(3), 3)
        for k in range(34):
            a, b = k * 2.39996, math.acos(1 - 2 * (k + 0.5) / 34)
            direction = Vector((math.sin(b) * math.cos(a), math.sin(b) * math.sin(a), math.cos(b)))
            copy = forms.twin(piece[k % len(piece)])
            copy.location = direction * r * 0.98 + Vector((0, 0, r * 0.93))
            copy.rotation_euler = direction.to_track_quat("X", "Z").to_euler()
            parts.append(copy)
    return forms.joined(parts, "fruit")


def cherries() -> Prop:
    luck = random.Random(5)
    parts: list[Prop] = []
    for x, y, top in ((-0.12, 0, 0.62), (0.14, -0.05, 0.6)):
        fruit = nature.berry(luck, "#8e1024", 0.125)
        fruit.location = (x, y, 0.12)
        parts += [
            fruit,
            forms.tube(
                [(x, y, 0.22), (x * 0.7, y, 0.42), (0.02, 0.04, top)], [0.007, 0.006, 0.011], materials.grown("#6b7a35"), 8
            ),
        ]
    return forms.joined(parts, "cherries")


def log(length: float = 0.8, radius: float = 0.12) -> Prop:
    """A short birch log, lying along y."""
    body = forms.turned([(radius, 0), (radius, length)], materials.printed(drawn.birch(), 0.8), 40, 180, 0.03)
    ends = [
        forms.placed(forms.turned([(radius * 0.99, 0), (0, 0.004)], materials.printed(drawn.rings(), 0.8), 32), z=z)
        for z in (-0.002, length)
    ]
    for end in ends:
        layer = end.data.uv_layers[0]
        for loop in end.data.loops:
            v = end.data.vertices[loop.vertex_index].co
            layer.data[loop.index].uv = (0.5 + v.x / radius / 2, 0.5 + v.y / radius / 2)
    body.data.materials[0].use_backface_culling = False
    group = forms.joined([body, *ends], "log")
    group.rotation_euler = (math.pi / 2, 0, 0)
    group.location.z = radius
    return forms.joined([group], "log")
