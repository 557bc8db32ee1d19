"""Candles and what holds them."""

from __future__ import annotations

import math

import bpy
import forms
import materials
from look import Look
from mathutils import Vector, noise

from props import drawn

Prop = bpy.types.Object


def flame(z: float, size: float = 1.0, lamp: bool = True, x: float = 0, y: float = 0) -> list[Prop]:
    """A wick at height z, burning."""
    s = size
    wick = forms.tube(
        [(x, y, z - 0.03), (x + 0.004, y, z + 0.05 * s), (x + 0.02 * s, y, z + 0.1 * s)],
        [0.014, 0.013, 0.01],
        materials.plain("#1c1714", 0.9),
        8,
    )
    outline = [(0, 0), (0.035 * s, 0.05 * s), (0.052 * s, 0.12 * s), (0.045 * s, 0.2 * s), (0.022 * s, 0.31 * s), (0, 0.4 * s)]
    tongue = forms.turned(forms.curve(outline, 5), materials.flame(), 24, 180)
    tongue.location = (x + 0.01 * s, y, z + 0.045 * s)
    tongue.visible_shadow = False
    parts = [wick, tongue]
    if lamp:
        light = bpy.data.lights.new("flame", "POINT")
        light.energy, light.color, light.shadow_soft_size = 9 * s, materials.linear("#ffb060")[:3], 0.06
        glow = bpy.data.objects.new("flame", light)
        glow.location = (x, y, z + 0.26 * s)
        bpy.context.scene.collection.objects.link(glow)
        parts.append(glow)
    return parts


def wick(z: float, x: float = 0, y: float = 0) -> Prop:
    return forms.tube([(x, y, z - 0.02), (x, y, z + 0.06), (x + 0.015, y, z + 0.13)], 0.012, materials.cloth("#e9dfc8", 90), 8)


def lit_wax(colour: str) -> bpy.types.Material:
    """Wax that glows from the flame above it, most at its top."""
    recipe = materials.Recipe(
        "lit wax",
        Base_Color=materials.linear(colour),
        Subsurface=0.25,
        Subsurface_Color=materials.linear(materials.shade(colour, 1.1)),
        Roughness=0.42,
    )
    recipe.set(
        recipe.shader, {"Subsurface Radius": (0.3, 0.16, 0.08), "Emission": materials.linear(materials.shade(colour, 1.0))}
    )
    height = recipe.add("SeparateXYZ", None, Vector=recipe.add("TexCoord").outputs["Generated"]).outputs["Z"]
    recipe.set(recipe.shader, {"Emission Strength": recipe.between(height, 0.0, 0.5, 0.55, 1.0)})
    return recipe.bump(recipe.noise(4, 3), 0.015, 0.5).material


def candle_jar(look: Look, lit: bool = True, vessel: str = "glass", tint: str | None = None) -> Prop:
    """A poured candle in a tumbler of glass, a ceramic cup or a tin."""
    r, h = (0.48, 1.12) if vessel != "tin" else (0.56, 0.66)
    walls = [
        (0, 0.02),
        (r - 0.08, 0.0),
        (r - 0.03, 0.01),
        (r, 0.06),
        (r, h),
        (r - 0.02, h + 0.01),
        (r - 0.04, h),
        (r - 0.042, 0.1),
        (r - 0.09, 0.07),
        (0, 0.07),
    ]
    if vessel == "glass":
        stuff = materials.glass(tint or look.body)
    elif vessel == "tin":
        stuff = materials.painted(look.body, 0.36)
    else:
        stuff = materials.glaze(look.body, 0.15, 0.22)
    parts = [forms.turned(forms.rounded(walls, 0.03), stuff, 96, 50, wobble=0.002 if vessel != "ceramic" else 0.008)]
    level, inner = h * 0.8, r - 0.038
    colour = "#f3e7cf"
    outline = [(0, 0.08), (inner, 0.08), (inner, level + 0.012), (inner - 0.03, level), (0, level - 0.01)]
    parts.append(forms.turned(forms.rounded(outline, 0.02), lit_wax(colour) if lit else materials.wax(colour), 64))
    parts += flame(level, 0.9) if lit else [wick(level)]
    low, high = h * 0.2, h * 0.7
    width = math.radians(118) * r
    parts.append(forms.wrapped(r, low, high, materials.printed(look.label(width, high - low, layout=look.round_layout)), 118))
    return forms.joined(parts, "candle")


def pillar(colour: str, radius: float, height: float, lit: bool = False, seed: float = 0) -> Prop:
    """A poured pillar, its rim a little melted."""
    r, h = radius, height
    outline = [
        (0, 0),
        (r - 0.02, 0),
        (r, 0.02),
        (r, h - 0.05),
        (r - 0.02, h),
        (r - 0.07, h - 0.012),
        (r * 0.5, h - 0.06),
        (0, h - 0.07),
    ]
    body = forms.turned(forms.rounded(outline, 0.03), lit_wax(colour) if lit else materials.wax(colour), 72, wobble=0.012)
    for vertex in body.data.vertices:
        if vertex.co.z > h * 0.9:
            vertex.co.z += 0.02 * noise.noise(vertex.co * 3 + Vector((seed, 0, 0)))
    return forms.joined([body, *(flame(h - 0.07) if lit else [wick(h - 0.07)])], "pillar")


def taper(colour: str, height: float = 2.1, lit: bool = False, radius: float = 0.085) -> Prop:
    """A dipped taper: thick below, drawn to a point."""
    r, h = radius, height
    outline = [
        (0, 0),
        (r * 0.95, 0),
        (r, 0.04),
        (r * 0.97, h * 0.3),
        (r * 0.85, h * 0.7),
        (r * 0.62, h * 0.93),
        (r * 0.35, h * 0.985),
        (0, h),
    ]
    body = forms.turned(forms.rounded(outline, 0.02), lit_wax(colour) if lit else materials.wax(colour), 40, 60, wobble=0.03)
    return forms.joined([body, *(flame(h - 0.01, 0.85) if lit else [wick(h)])], "taper")


def rolled(colour: str, radius: float = 0.2, height: float = 0.95) -> Prop:
    """A candle rolled from a sheet of embossed wax, the spiral seen on top."""
    picture = drawn.cells(40)
    recipe = materials.Recipe(
        "comb wax",
        Base_Color=materials.linear(colour),
        Subsurface=0.15,
        Subsurface_Color=materials.linear(colour),
        Roughness=0.5,
    )
    mapping = recipe.add("Mapping", None, Vector=recipe.add("TexCoord").outputs["UV"], Scale=(1.9, 1.15, 1))
    image = recipe.add("TexImage", {"image": bpy.data.images.load(str(picture))}, Vector=mapping.outputs[0])
    recipe.colour(recipe.ramp(image.outputs["Color"], (0.1, colour), (0.8, materials.shade(colour, 1.1))))
    recipe.bump(image.outputs["Color"], 0.035, 0.9)
    side = forms.wrapped(radius, 0, height, recipe.material, 359, 140, 0)
    turns = 4

    def scroll(u: float, v: float) -> Vector:
        a = u * turns * 2 * math.pi - 0.6
        r = radius * (0.08 + 0.92 * u)
        return Vector((r * math.cos(a), r * math.sin(a), height - 0.06 + 0.06 * v + 0.006 * math.sin(a * 5)))

    spiral = forms.sheet(scroll, materials.wax(colour), 220, 2)
    spiral.modifiers.new("thick", "SOLIDIFY").thickness = 0.022
    floor = forms.turned(
        [(radius * 0.99, height - 0.05), (0, height - 0.05)], materials.plain(materials.shade(colour, 0.6)), 40
    )
    return forms.joined([side, spiral, floor, wick(height - 0.02)], "rolled candle")


def tealight(lit: bool = False, colour: str = "#f4ead4") -> Prop:
    r, h = 0.19, 0.15
    cup = forms.turned(
        forms.rounded([(0, 0), (r, 0), (r, h), (r + 0.008, h + 0.008), (r - 0.01, h), (r - 0.012, 0.01)], 0.008),
        materials.metal("#c9c8c4", 0.25, 0.4),
        48,
    )
    level = h - 0.025
    top = forms.turned(
        [(r - 0.01, 0.02), (r - 0.01, level), (0, level - 0.008)], lit_wax(colour) if lit else materials.wax(colour), 40
    )
    return forms.joined([cup, top, *(flame(level, 0.55, lamp=True) if lit else [wick(level - 0.04)])], "tealight")


def candlestick(colour: str = "#b98a3a", ring: bool = True) -> Prop:
    """A low brass holder: dish, socket, and a ring for a finger."""
    brass = materials.metal(colour, 0.24, 0.7)
    outline = [
        (0, 0.02),
        (0.4, 0.0),
        (0.52, 0.02),
        (0.6, 0.09),
        (0.62, 0.11),
        (0.59, 0.115),
        (0.5, 0.06),
        (0.2, 0.05),
        (0.1, 0.08),
        (0.075, 0.16),
        (0.1, 0.24),
        (0.13, 0.28),
        (0.13, 0.42),
        (0.16, 0.45),
        (0.155, 0.47),
        (0.1, 0.465),
        (0.098, 0.34),
        (0, 0.34),
    ]
    parts = [forms.turned(forms.curve(outline, 4), brass, 80)]
    if ring:
        loop = [
            (0.58 + 0.17 + 0.16 * math.cos(a), 0, 0.14 + 0.16 * math.sin(a))
            for a in [k * math.pi / 8 + math.pi for k in range(17)]
        ]
        parts.append(forms.tube(loop, 0.028, brass, 12))
    return forms.joined(parts, "candlestick")


def trimmer(colour: str = "#34312e") -> Prop:
    """Wick scissors lying flat, their blades bent up to a small tray."""
    stuff = materials.metal(colour, 0.42, 0.4, "x")
    parts = []
    for side in (-1, 1):
        arm = [
            (side * 0.06, 0.95, 0.05),
            (side * 0.05, 0.5, 0.05),
            (-side * 0.03, 0.0, 0.05),
            (-side * 0.09, -0.42, 0.06),
            (-side * 0.06, -0.62, 0.16),
        ]
        parts.append(forms.tube(arm, [0.028, 0.03, 0.04, 0.035, 0.02], stuff, 12, 0.55))
        ring = [
            (side * 0.19 + 0.15 * math.cos(a), 1.1 + 0.19 * math.sin(a), 0.05) for a in [k * math.pi / 8 for k in range(17)]
        ]
        parts.append(forms.tube(ring, 0.03, stuff, 10, side=(0, 0, 1)))
    parts.append(
        forms.turned(forms.rounded([(0.05, 0.02), (0.055, 0.11), (0, 0.115)], 0.01), materials.metal("#8c8c88", 0.25), 24)
    )
    dish = forms.turned(forms.rounded([(0, 0.0), (0.17, 0.0), (0.19, 0.03), (0.17, 0.035), (0, 0.02)], 0.01), stuff, 40)
    dish.location, dish.rotation_euler = (0, -0.68, 0.17), (0.55, 0, 0)
    return forms.joined([*parts, dish], "trimmer")
