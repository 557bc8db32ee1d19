"""Teapots and kettles, their spouts to the left."""

from __future__ import annotations

import math
from collections.abc import Sequence

import bpy
import forms
import materials

from props import drawn, tableware

Prop = bpy.types.Object


def teapot(colour: str, foot: str = "#b39a7c", gloss: float = 0.3, knob: str | None = None) -> Prop:
    """A round stoneware pot; spout to the left."""
    stuff = materials.glaze(colour, 0.9, gloss)
    outline = [(0.5, 0.0), (0.56, 0.03), (0.74, 0.2), (0.82, 0.46), (0.76, 0.74), (0.56, 0.95), (0.4, 1.03)]
    parts = [forms.turned([(0, 0.02), *forms.curve(outline, 8), (0.36, 1.0), (0.3, 0.98)], stuff, 96, 70, 0.01)]
    parts.append(forms.turned([(0.45, 0.0), (0.515, 0.002), (0.575, 0.038), (0.62, 0.072)], materials.clay(foot), 80))
    lid = [
        (0.41, 1.03),
        (0.43, 1.045),
        (0.4, 1.075),
        (0.25, 1.13),
        (0.08, 1.155),
        (0.055, 1.19),
        (0.1, 1.24),
        (0.11, 1.28),
        (0.06, 1.32),
        (0, 1.325),
    ]
    parts.append(forms.turned(forms.curve(lid, 6), stuff if not knob else materials.wood(knob), 72, 70, 0.006))
    spout = [(-0.66, 0, 0.36), (-0.88, 0, 0.46), (-1.02, 0, 0.66), (-1.14, 0, 0.9), (-1.24, 0, 1.0)]
    parts.append(_spout(spout, [0.2, 0.16, 0.11, 0.085, 0.075], stuff))
    ear = [(0.66, 0, 0.84), (0.92, 0, 0.98), (1.16, 0, 0.86), (1.16, 0, 0.56), (0.98, 0, 0.34), (0.74, 0, 0.28)]
    parts.append(tableware.handle(ear, [0.075, 0.068, 0.06, 0.06, 0.062, 0.07], stuff, 0.75))
    return forms.joined(parts, "teapot")


def _spout(path: tableware.Path3, radii: Sequence[float], stuff: bpy.types.Material) -> Prop:
    """A hollow spout, open at its end."""
    spout = forms.tube(path, radii, stuff, 24, 1, 10)
    mouth = forms.tube(
        [path[-1], tuple(b + (b - a) * 0.02 for a, b in zip(path[-2], path[-1]))],
        radii[-1] * 0.74,
        materials.plain(tuple([0.01, 0.008, 0.006]), 0.8),
        20,
        1,
        2,
    )
    return forms.joined([spout, mouth], "spout")


def glass_teapot(drink: str = tableware.TEA, lid: str = "#c89b66") -> Prop:
    """A clear pot with tea in it, a glass infuser and a bamboo lid."""
    clear = materials.glass("#fafdfc")
    outer = forms.curve(
        [(0.46, 0.0), (0.6, 0.02), (0.74, 0.16), (0.8, 0.42), (0.74, 0.72), (0.56, 0.94), (0.46, 1.02), (0.48, 1.08)], 6
    )
    inside = [(r - 0.028, max(z, 0.03)) for r, z in reversed(outer)]
    parts = [forms.turned([(0, 0.0), *outer, *inside, (0, 0.03)], clear, 96, 70)]
    body = [(r - 0.024, max(z, 0.028)) for r, z in outer if z < 0.74]
    parts.append(forms.turned([(0, 0.028), *body, (0, body[-1][1])], tableware.tea(drink, 0.28), 72, 60))
    infuser = [(0.27, 0.26), (0.3, 0.28), (0.31, 1.06), (0.29, 1.06), (0.285, 0.3), (0, 0.285), (0, 0.26)]
    parts.append(forms.turned(forms.rounded(infuser, 0.02), materials.glass("#f4faf8"), 64))
    wood = materials.wood(lid, materials.shade(lid, 0.72), 1.4)
    parts.append(
        forms.turned(
            forms.rounded(
                [
                    (0, 1.06),
                    (0.46, 1.06),
                    (0.5, 1.09),
                    (0.5, 1.14),
                    (0.47, 1.17),
                    (0.1, 1.175),
                    (0.1, 1.26),
                    (0.08, 1.28),
                    (0, 1.28),
                ],
                0.02,
            ),
            wood,
            72,
        )
    )
    parts.append(
        forms.tube(
            [(-0.68, 0, 0.5), (-0.86, 0, 0.6), (-0.98, 0, 0.8), (-1.08, 0, 0.98), (-1.18, 0, 1.04)],
            [0.14, 0.1, 0.075, 0.06, 0.055],
            clear,
            24,
            1,
            8,
        )
    )
    parts.append(
        tableware.handle(
            [(0.6, 0, 0.9), (0.88, 0, 0.98), (1.08, 0, 0.8), (1.04, 0, 0.5), (0.78, 0, 0.32)],
            [0.05, 0.048, 0.045, 0.045, 0.05],
            clear,
            0.9,
        )
    )
    return forms.joined(parts, "glass teapot")


def iron_teapot(colour: str = "#26282a") -> Prop:
    """Black iron with rows of raised dots under an arched handle."""
    recipe = materials.Recipe("iron", Base_Color=materials.linear(colour), Roughness=0.55, Specular=0.45, Metallic=0.25)
    recipe.bump(recipe.noise(26, 4), 0.012, 0.6)
    stuff = recipe.material
    outline = [(0.46, 0.0), (0.54, 0.02), (0.74, 0.18), (0.82, 0.38), (0.78, 0.58), (0.6, 0.74), (0.4, 0.8)]
    line = forms.curve(outline, 8)
    parts = [forms.turned([(0, 0.0), *line, (0.36, 0.78)], stuff, 96, 70, 0.004)]
    dot = forms.pebble((0.021, 0.021, 0.021), stuff, 0, 0, 1, 2, 180)
    for row, (r, z) in enumerate([p for p in line if 0.2 < p[1] < 0.72][::3]):
        for k in range(46):
            a = 2 * math.pi * (k + row % 2 / 2) / 46
            copy = forms.twin(dot)
            copy.location = (r * math.cos(a), r * math.sin(a), z)
            parts.append(copy)
    dot.location.z = -50
    lid = [(0.42, 0.8), (0.43, 0.82), (0.3, 0.875), (0.09, 0.9), (0.06, 0.93), (0.1, 0.985), (0.06, 1.02), (0, 1.025)]
    parts.append(forms.turned(forms.curve(lid, 6), stuff, 72, 70))
    parts.append(
        _spout([(-0.7, 0, 0.38), (-0.88, 0, 0.46), (-0.98, 0, 0.6), (-1.08, 0, 0.74)], [0.15, 0.12, 0.09, 0.075], stuff)
    )
    arch = [(-0.62, 0, 0.68), (-0.68, 0, 1.0), (-0.48, 0, 1.36), (0, 0, 1.5), (0.48, 0, 1.36), (0.68, 0, 1.0), (0.62, 0, 0.68)]
    parts.append(tableware.handle(arch, [0.035, 0.036, 0.04, 0.045, 0.04, 0.036, 0.035], stuff, 0.8))
    return forms.joined(parts, "iron teapot")


def trivet(radius: float = 0.78) -> Prop:
    return forms.turned(
        forms.rounded([(0, 0), (radius, 0), (radius + 0.02, 0.04), (radius, 0.075), (0, 0.075)], 0.02),
        materials.wood("#a9764a", "#6d452a", 1.2),
        72,
    )


def kettle(colour: str = "#f3eedf", rim: str = "#2e4a62", grip: str = "#b98a3a") -> Prop:
    """Enamel for the stove: wide body, arched wooden handle."""
    recipe = materials.Recipe("enamel", Base_Color=materials.linear(colour), Roughness=0.16, Clearcoat=0.6)
    recipe.bump(recipe.noise(2.4, 2), 0.012, 0.5)
    stuff, edge = recipe.material, materials.plain(rim, 0.2)
    outline = [(0.78, 0.0), (0.84, 0.03), (0.87, 0.14), (0.84, 0.4), (0.72, 0.72), (0.52, 0.92), (0.4, 0.97)]
    parts = [forms.turned([(0, 0.0), *forms.curve(outline, 8)], stuff, 96, 60)]
    parts.append(forms.turned([(0.845, 0.025), (0.878, 0.06), (0.882, 0.12), (0.872, 0.15)], edge, 96))
    lid = [(0.41, 0.96), (0.42, 0.985), (0.3, 1.05), (0.1, 1.085), (0.05, 1.1)]
    parts.append(forms.turned(forms.curve(lid, 5), stuff, 72))
    parts.append(forms.turned([(0.405, 0.955), (0.432, 0.972), (0.42, 0.992)], edge, 72))
    parts.append(
        forms.turned(
            forms.curve([(0.03, 1.09), (0.035, 1.12), (0.09, 1.17), (0.09, 1.21), (0.04, 1.24), (0, 1.24)], 5),
            materials.wood(grip),
            40,
        )
    )
    parts.append(
        _spout([(-0.74, 0, 0.34), (-0.98, 0, 0.5), (-1.12, 0, 0.76), (-1.26, 0, 0.94)], [0.17, 0.13, 0.095, 0.085], stuff)
    )
    parts.append(forms.tube([(-1.243, 0, 0.92), (-1.262, 0, 0.943)], [0.092, 0.093], edge, 24, 1, 3))
    steel = materials.metal("#b7b5b0", 0.25, 0.4)
    arch = [(-0.66, 0, 0.78), (-0.7, 0, 1.1), (-0.52, 0, 1.42), (0, 0, 1.56), (0.52, 0, 1.42), (0.7, 0, 1.1), (0.66, 0, 0.78)]
    parts.append(tableware.handle(arch, [0.024] * 7, steel, 0.9))
    parts.append(
        forms.tube(
            [(-0.42, 0, 1.475), (-0.2, 0, 1.545), (0, 0, 1.56), (0.2, 0, 1.545), (0.42, 0, 1.475)],
            [0.055, 0.07, 0.072, 0.07, 0.055],
            materials.wood(grip),
            16,
        )
    )
    return forms.joined(parts, "kettle")


def gooseneck(colour: str = "#1f2122", grip: str = "#c9a26b", display: str = "94°C") -> Prop:
    """An electric kettle on its base, with a thin curved spout."""
    recipe = materials.Recipe("matt", Base_Color=materials.linear(colour), Roughness=0.48, Specular=0.4)
    stuff = recipe.material
    wood = materials.wood(grip, materials.shade(grip, 0.7), 1.4)
    base = forms.turned(
        forms.rounded([(0, 0), (0.66, 0), (0.68, 0.03), (0.67, 0.11), (0.62, 0.13), (0, 0.13)], 0.03), stuff, 80
    )
    outline = [
        (0, 0.14),
        (0.55, 0.14),
        (0.58, 0.18),
        (0.56, 0.4),
        (0.46, 0.9),
        (0.41, 1.1),
        (0.39, 1.13),
        (0.2, 1.17),
        (0.05, 1.18),
    ]
    parts = [base, forms.turned(forms.rounded(outline, 0.04), stuff, 96, 50)]
    parts.append(
        forms.turned(forms.rounded([(0.04, 1.17), (0.045, 1.22), (0.09, 1.25), (0.09, 1.31), (0, 1.315)], 0.015), wood, 40)
    )
    spout = [
        (-0.5, 0, 0.34),
        (-0.72, 0, 0.36),
        (-0.86, 0, 0.52),
        (-0.84, 0, 0.78),
        (-0.86, 0, 1.04),
        (-0.98, 0, 1.2),
        (-1.12, 0, 1.2),
    ]
    parts.append(_spout(spout, [0.075, 0.06, 0.05, 0.044, 0.04, 0.036, 0.034], stuff))
    ear = [(0.4, 0, 1.06), (0.6, 0, 1.16), (0.82, 0, 1.1), (0.92, 0, 0.9), (0.88, 0, 0.62), (0.82, 0, 0.46)]
    parts.append(tableware.handle(ear, [0.05, 0.055, 0.062, 0.064, 0.06, 0.045], wood, 0.75))
    parts.append(forms.wrapped(0.672, 0.035, 0.1, materials.printed(drawn.digits(display), 0.2), 24, lift=0.006))
    return forms.joined(parts, "gooseneck")
