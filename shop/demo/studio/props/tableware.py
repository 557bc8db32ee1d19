"""Pots, cups and kettles."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import bpy
import forms
import labels
import materials
from mathutils import Vector

from props import drawn, vessels

Prop = bpy.types.Object
Path3 = list[tuple[float, float, float]]
TEA, BLACK_TEA, GREEN_TEA, COFFEE = "#b8621a", "#8a3410", "#c9b84a", "#24120a"


def tea(colour: str = TEA, glow: float = 0.12) -> bpy.types.Material:
    return vessels.honey(colour, glow, 0.86)


def surface(colour: str, radius: float, z: float, rough: float = 0.08) -> Prop:
    """What a cup is filled with, seen from above: darker in the middle, lighter at the rim."""
    recipe = materials.Recipe("drink", Roughness=rough, Specular=0.5)
    far = recipe.add("VectorMath", {"operation": "LENGTH"}, Vector=recipe.add("TexCoord").outputs["Object"])
    recipe.colour(
        recipe.ramp(
            recipe.between(far.outputs["Value"], 0, 1, radius * 0.6, radius),
            (0.0, colour),
            (0.85, materials.shade(colour, 1.12)),
            (1.0, materials.shade(colour, 1.35)),
        )
    )
    disc = forms.turned([(radius, 0.006), (radius - 0.012, 0), (0, 0)], recipe.material, 48)
    disc.location.z = z
    return disc


def froth(radius: float, z: float, colour: str, light: str, seed: int = 1) -> Prop:
    """Crema, foam or cocoa froth."""
    stuff = materials.printed(drawn.foam(colour, light, seed), 0.4)
    disc = forms.turned([(radius, 0.008), (radius - 0.02, 0.002), (0, 0)], stuff, 48)
    layer = disc.data.uv_layers[0]
    for loop in disc.data.loops:
        co = disc.data.vertices[loop.vertex_index].co
        layer.data[loop.index].uv = (0.5 + co.x / radius / 2, 0.5 + co.y / radius / 2)
    disc.location.z = z
    return disc


def handle(points: Path3, radii: Sequence[float], stuff: bpy.types.Material, flat: float = 0.7) -> Prop:
    return forms.tube(points, radii, stuff, 16, flat, 8)


def cup_body(outer: list[tuple[float, float]], wall: float, stuff: bpy.types.Material, wobble: float = 0.008) -> Prop:
    """A cup from the outline of its outside; the inside follows it."""
    smooth = forms.curve(outer, 6)
    top = smooth[-1]
    inside = [(max(0.0, r - wall), max(z, outer[0][1] + wall * 1.3)) for r, z in reversed(smooth) if r > wall]
    lip = (top[0] - wall * 0.45, top[1] + wall * 0.4)
    return forms.turned(
        [
            (0, 0.03),
            (outer[0][0] - 0.05, 0.03),
            (outer[0][0] - 0.03, outer[0][1]),
            *smooth,
            lip,
            *inside,
            (0, outer[0][1] + wall * 1.3),
        ],
        stuff,
        80,
        70,
        wobble,
    )


def mug(
    colour: str,
    drink: str | None = TEA,
    height: float = 0.95,
    radius: float = 0.44,
    foot: str | None = "#b39a7c",
    side: int = 1,
    foam: bool = False,
) -> Prop:
    """A straight stoneware mug; the raw clay shows at its foot."""
    r, h = radius, height
    stuff = materials.glaze(colour)
    body = cup_body(
        [(r * 0.86, 0.0), (r * 0.97, 0.05), (r, 0.16), (r, h * 0.55), (r * 0.985, h * 0.85), (r * 1.0, h)], 0.04, stuff
    )
    s = side
    ear = handle(
        [
            (s * r * 0.94, 0, h * 0.8),
            (s * (r + 0.17), 0, h * 0.82),
            (s * (r + 0.27), 0, h * 0.58),
            (s * (r + 0.2), 0, h * 0.32),
            (s * r * 0.95, 0, h * 0.22),
        ],
        [0.065, 0.06, 0.058, 0.06, 0.065],
        stuff,
        0.6,
    )
    parts = [body, ear]
    if foot:
        parts.append(
            forms.turned([(r * 0.8, 0.0), (r * 0.885, 0.003), (r * 0.988, 0.06), (r * 1.004, 0.1)], materials.clay(foot), 80)
        )
    if drink:
        parts.append(
            froth(r - 0.045, h * 0.84, drink, materials.shade(drink, 1.3)) if foam else surface(drink, r - 0.045, h * 0.84)
        )
    return forms.joined(parts, "mug")


def cup(
    colour: str,
    drink: str | None = TEA,
    line: str | None = None,
    ear: bool = True,
    size: float = 1.0,
    saucer: bool = True,
    foam: bool = False,
) -> Prop:
    """A thin porcelain cup on its saucer."""
    stuff = materials.glaze(colour, 0.0, 0.12) if line else materials.glaze(colour, 0.35, 0.2)
    lift = 0.05 if saucer else 0
    outline = [(0.2, lift), (0.23, lift + 0.05), (0.36, lift + 0.16), (0.45, lift + 0.36), (0.5, lift + 0.56)]
    parts = [cup_body(outline, 0.022 if line else 0.04, stuff, 0.004)]
    if line:
        band = materials.plain(line, 0.2)
        parts.append(forms.turned([(0.4915, lift + 0.515), (0.5005, lift + 0.55)], band, 80))
    if ear:
        parts.append(
            handle(
                [
                    (0.43, 0, lift + 0.47),
                    (0.6, 0, lift + 0.52),
                    (0.68, 0, lift + 0.38),
                    (0.58, 0, lift + 0.22),
                    (0.39, 0, lift + 0.2),
                ],
                [0.035, 0.032, 0.03, 0.032, 0.036],
                stuff,
                0.65,
            )
        )
    if drink:
        parts.append(
            froth(0.455, lift + 0.46, drink, materials.shade(drink, 1.3)) if foam else surface(drink, 0.455, lift + 0.46)
        )
    if saucer:
        dish = [
            (0, 0.03),
            (0.3, 0.0),
            (0.36, 0.0),
            (0.42, 0.02),
            (0.66, 0.09),
            (0.72, 0.12),
            (0.71, 0.135),
            (0.62, 0.1),
            (0.36, 0.045),
            (0.26, 0.05),
            (0, 0.045),
        ]
        parts.append(forms.turned(forms.curve(dish, 3), stuff, 80, 60, 0.004))
        if line:
            parts.append(forms.turned([(0.695, 0.128), (0.715, 0.136), (0.72, 0.128)], band, 80))
    group = forms.joined(parts, "cup")
    group.scale = (size, size, size)
    return forms.joined([group], "cup")


def espresso(colour: str, side: int = 1) -> Prop:
    """A small thick cup with crema."""
    stuff = materials.glaze(colour, 0.5)
    outline = [(0.2, 0.05), (0.27, 0.09), (0.31, 0.22), (0.325, 0.4), (0.33, 0.52)]
    parts = [cup_body(outline, 0.05, stuff), froth(0.282, 0.44, "#a8642c", "#d79a55")]
    s = side
    parts.append(
        handle(
            [(s * 0.3, 0, 0.43), (s * 0.44, 0, 0.44), (s * 0.47, 0, 0.32), (s * 0.4, 0, 0.2), (s * 0.28, 0, 0.18)],
            [0.045, 0.04, 0.038, 0.04, 0.045],
            stuff,
            0.65,
        )
    )
    parts.append(vessels.plate(0.52, colour, 0.08))
    return forms.joined(parts, "espresso cup")


def tea_bowl(colour: str, drink: str | None = GREEN_TEA, radius: float = 0.42, height: float = 0.46) -> Prop:
    r, h = radius, height
    body = cup_body(
        [(r * 0.45, 0.0), (r * 0.47, 0.05), (r * 0.75, h * 0.28), (r * 0.94, h * 0.65), (r, h)],
        0.03,
        materials.glaze(colour, 0.25, 0.16),
        0.012,
    )
    parts = [body]
    if drink:
        parts.append(surface(drink, r * 0.9, h * 0.74))
    return forms.joined(parts, "tea bowl")


def gaiwan(colour: str = "#f6f5f0", lid_aside: bool = True) -> Prop:
    """Thin bowl, saucer and tilted lid, green leaves within."""
    stuff = materials.glaze(colour, 0.0, 0.1)
    lift = 0.06
    outline = [
        (0.22, lift),
        (0.235, lift + 0.05),
        (0.36, lift + 0.2),
        (0.46, lift + 0.42),
        (0.52, lift + 0.58),
        (0.56, lift + 0.62),
    ]
    parts = [cup_body(outline, 0.02, stuff, 0.003)]
    parts.append(surface("#c4c064", 0.45, lift + 0.45))
    dish = [
        (0, 0.04),
        (0.24, 0.0),
        (0.3, 0.0),
        (0.36, 0.03),
        (0.58, 0.1),
        (0.64, 0.14),
        (0.63, 0.152),
        (0.5, 0.1),
        (0.3, 0.055),
        (0, 0.05),
    ]
    parts.append(forms.turned(forms.curve(dish, 3), stuff, 80, 60))
    lid = forms.turned(
        forms.curve(
            [(0.46, 0.0), (0.44, 0.03), (0.3, 0.11), (0.12, 0.15), (0.09, 0.18), (0.13, 0.22), (0.12, 0.235), (0, 0.2)], 5
        ),
        stuff,
        72,
        70,
    )
    lid.location, lid.rotation_euler = (0.07, 0.12, lift + 0.58), (-0.22, 0.3, 0)
    parts.append(lid)
    return forms.joined(parts, "gaiwan")


def double_glass(drink: str, level: float = 0.8) -> Prop:
    """A double-walled glass: the drink seems to float."""
    clear = materials.glass("#fbfefd")
    outer = forms.curve([(0.26, 0.0), (0.36, 0.04), (0.47, 0.3), (0.48, 0.6), (0.44, 0.94)], 6)
    inner = forms.curve([(0.42, 0.94), (0.4, 0.6), (0.35, 0.3), (0.2, 0.13), (0, 0.1)], 6)
    # Outside and inside are two shells with air between, joined at the rim.
    parts = [forms.turned([(0, 0.0), *outer, (0.43, 0.952), *inner], clear, 80, 70)]
    drinkline = [(max(0.0, r - 0.002), z) for r, z in reversed(inner) if z <= 0.94 * level]
    parts.append(forms.turned([*drinkline, (0, drinkline[-1][1])], tea(drink, 0.3), 64, 60))
    return forms.joined(parts, "glass")


def tumbler(
    drink: str | None = None,
    height: float = 0.95,
    radius: float = 0.36,
    level: float = 0.75,
    ice: bool = False,
    glow: float = 0.3,
) -> Prop:
    """A plain glass."""
    r, h = radius, height
    outline = [
        (0, 0.0),
        (r * 0.82, 0.0),
        (r * 0.86, 0.03),
        (r, h),
        (r - 0.015, h + 0.008),
        (r - 0.03, h),
        (r * 0.86 - 0.03, 0.08),
        (0, 0.07),
    ]
    parts = [forms.turned(forms.rounded(outline, 0.015), materials.glass("#fafdfc"), 72, 60)]
    if drink:
        top = 0.07 + (h - 0.07) * level
        edge = r * 0.86 - 0.027 + (r * 0.14) * level
        parts.append(forms.turned([(0, 0.072), (r * 0.86 - 0.027, 0.08), (edge, top), (0, top)], tea(drink, glow), 64, 60))
    if ice:
        luck = random.Random(4)
        for k in range(4):
            cube = forms.block((0.2, 0.2, 0.2), materials.glass("#f4fbff"), 0.03)
            parts.append(
                forms.placed(
                    cube,
                    luck.uniform(-0.1, 0.1),
                    luck.uniform(-0.12, 0.02),
                    luck.uniform(0, 90),
                    h * level - 0.13 + 0.03 * k,
                    luck.uniform(-30, 30),
                )
            )
    return forms.joined(parts, "tumbler")


def spoon(stuff: bpy.types.Material, length: float = 1.1, bowl: float = 0.14) -> Prop:
    """A spoon lying along x, its bowl to the left."""
    n = length
    parts = [
        forms.tube(
            [(bowl * 0.8, 0, 0.05), (n * 0.4, 0, 0.07), (n * 0.75, 0, 0.06), (n, 0, 0.035)],
            [0.02, 0.018, 0.026, 0.042],
            stuff,
            12,
            0.4,
            side=(0, 1, 0),
        )
    ]

    def dish(u: float, v: float) -> Vector:
        a, r = u * 2 * math.pi, v
        x, y = bowl * 1.25 * r * math.cos(a), bowl * 0.82 * r * math.sin(a)
        return Vector((x - bowl * 0.3, y, 0.012 + 0.06 * r * r))

    hollow = forms.sheet(dish, stuff, 40, 10)
    hollow.modifiers.new("thick", "SOLIDIFY").thickness = 0.012
    return forms.joined([*parts, hollow], "spoon")


def steam(height: float = 1.6, width: float = 0.9, seed: int = 1, strength: float = 0.3) -> Prop:
    """A breath of steam over something hot."""
    thing = forms.decal(width, height, materials.haze(labels.wisps(seed), strength))
    thing.location.z = height / 2
    thing.visible_shadow = False
    return forms.joined([thing], "steam")


def whisk() -> Prop:
    """A bamboo whisk standing on its handle's foot, tines down and out."""
    pale = materials.wood("#dcc290", "#b3935e", 2, "z")
    grip = forms.turned(
        forms.rounded([(0, 0.62), (0.13, 0.62), (0.12, 0.7), (0.115, 1.1), (0.1, 1.12), (0, 1.1)], 0.01), pale, 40
    )
    thread = forms.turned([(0.135, 0.57), (0.14, 0.6), (0.135, 0.64)], materials.plain("#1d1b19", 0.7), 40)
    parts = [grip, thread]
    stuff = materials.plain("#d9bf8b", 0.6)
    tine = forms.tube(
        [(0.1, 0, 0.64), (0.14, 0, 0.5), (0.21, 0, 0.26), (0.22, 0, 0.1), (0.17, 0, 0.0)],
        [0.012, 0.008, 0.006, 0.005, 0.004],
        stuff,
        5,
        1,
        5,
    )
    for k in range(56):
        copy = forms.twin(tine) if k else tine
        inner = 0.78 if k % 2 else 1.0
        copy.rotation_euler.z, copy.scale = k * 2 * math.pi / 56, (inner, inner, 1)
        parts.append(copy)
    return forms.joined(parts, "whisk")


def honey_pot(colour: str = "#d9a13a") -> Prop:
    """A ceramic beehive with a dipper through its lid."""
    rings, r0 = 6, 0.56
    outline: list[tuple[float, float]] = [(0.4, 0.0)]
    for k in range(rings):
        t = (k + 0.5) / rings
        r = r0 * math.sin(math.pi * (0.3 + 0.5 * t)) ** 0.8
        z = 0.06 + k * 0.17
        outline += [(r - 0.035, z - 0.02), (r + 0.02, z + 0.05), (r + 0.015, z + 0.1)]
    top = outline[-1][1] + 0.06
    outline += [(0.18, top + 0.03), (0.06, top + 0.06), (0, top + 0.06)]
    body = forms.turned(forms.curve(outline, 5), materials.glaze(colour, 0.3, 0.16), 80, 80, 0.008)
    rod = dipper()
    rod.location, rod.rotation_euler = (0.02, 0, top - 0.32), (0.0, -0.16, 0)
    return forms.joined([body, rod], "honey pot")


def dipper(length: float = 1.15) -> Prop:
    """A turned wooden honey dipper, head down."""
    outline: list[tuple[float, float]] = [(0, 0.0)]
    for k in range(6):
        r = 0.13 * math.sin(math.pi * (k + 1) / 7.4)
        outline += [(r, k * 0.06 + 0.008), (r, k * 0.06 + 0.034), (r * 0.55, k * 0.06 + 0.042), (r * 0.55, k * 0.06 + 0.058)]
    outline += [(0.035, 0.4), (0.03, length * 0.8), (0.042, length * 0.95), (0.025, length), (0, length)]
    return forms.joined([forms.turned(outline, materials.wood("#c39460", "#8f6238", 1.5, "z"), 40, 40)], "dipper")
