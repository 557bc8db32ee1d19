"""Bottles of syrup, oil and soap."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import forms
import materials
from look import Look

from props import vessels

Prop = bpy.types.Object


BOTTLES: dict[str, vessels.Outline] = {
    "swing": [(0.36, 0.0), (0.36, 1.1), (0.3, 1.32), (0.14, 1.5), (0.125, 1.78)],
    "tall": [(0.3, 0.0), (0.3, 1.3), (0.26, 1.48), (0.12, 1.66), (0.11, 2.0)],
    "small": [(0.32, 0.0), (0.32, 0.8), (0.27, 0.95), (0.12, 1.02), (0.115, 1.2)],
    "pump": [(0.36, 0.0), (0.36, 1.0), (0.33, 1.12), (0.16, 1.24), (0.15, 1.34)],
}


def bottle(look: Look, shape: str, liquid: str, top: str, tint: str = "#f8fbfa", full: float = 0.93, glow: float = 0.0) -> Prop:
    """A bottle of syrup, cordial, oil or soap; tops: swing, cork, cap, pump."""
    line = BOTTLES[shape]
    smooth = forms.rounded([(0, 0.02), (line[0][0] - 0.03, 0.0), (line[0][0], 0.03), *line[1:]], 0.07, 6)
    neck, high = line[-1]
    lip = [(neck + 0.02, high), (neck + 0.025, high + 0.04), (neck - 0.02, high + 0.045)]
    thin = 0.028
    inside = [(max(0.0, r - thin), z + (0.05 if r < 0.2 and z < 0.1 else 0)) for r, z in reversed(smooth)]
    parts = [forms.turned([*smooth, *lip, *inside], materials.glass(tint), 96, 60)]
    body_top = line[1][1]
    shoulder = [(r - thin + 0.005, max(z, 0.05)) for r, z in smooth if z <= high * full and r > 0]
    parts.append(forms.turned([(0, 0.05), *shoulder, (0, shoulder[-1][1])], vessels.honey(liquid, glow), 64, 60))
    r, low, up = line[0][0], body_top * 0.14, body_top * 0.8
    parts.append(
        forms.wrapped(r, low, up, materials.printed(look.label(math.radians(150) * r, up - low, layout=look.round_layout)), 150)
    )
    parts += TOPS[top](neck, high + 0.045)
    return forms.joined(parts, "bottle")


def _swing(neck: float, z: float) -> list[Prop]:
    wire = materials.metal("#b5b5b2", 0.22, 0.3)
    cap = forms.curve(
        [(neck - 0.03, z - 0.02), (neck + 0.02, z + 0.02), (neck + 0.02, z + 0.08), (0.05, z + 0.13), (0, z + 0.135)], 5
    )
    parts = [
        forms.turned(cap, materials.plain("#f2efe8", 0.25)),
        forms.turned([(neck, z - 0.01), (neck + 0.03, z + 0.005), (neck, z + 0.02)], materials.plain("#b8452a", 0.6)),
    ]
    for side in (-1, 1):
        parts.append(
            forms.tube(
                [
                    (side * 0.05, 0, z + 0.11),
                    (side * (neck + 0.06), -0.02, z + 0.06),
                    (side * (neck + 0.05), -0.05, z - 0.14),
                    (side * 0.1, -neck - 0.06, z - 0.24),
                ],
                0.011,
                wire,
                8,
            )
        )
    parts.append(
        forms.tube([(-0.1, -neck - 0.06, z - 0.24), (0, -neck - 0.08, z - 0.27), (0.1, -neck - 0.06, z - 0.24)], 0.011, wire, 8)
    )
    return parts


def _stopper(neck: float, z: float) -> list[Prop]:
    return vessels._cork(Look.of("x", name=""), neck + 0.02, z - 0.14, "")


def _cap(neck: float, z: float) -> list[Prop]:
    R = neck + 0.03
    return [forms.turned(forms.rounded([(R, z - 0.12), (R, z + 0.02), (0, z + 0.025)], 0.02), materials.painted("#2b2926"))]


def _pump(neck: float, z: float) -> list[Prop]:
    black = materials.plain("#1d1b1a", 0.32)
    collar = forms.turned(
        forms.rounded(
            [
                (neck + 0.035, z - 0.14),
                (neck + 0.04, z + 0.02),
                (neck * 0.6, z + 0.05),
                (0.05, z + 0.06),
                (0.045, z + 0.26),
                (0, z + 0.26),
            ],
            0.02,
        ),
        black,
    )
    head = forms.turned(
        forms.rounded([(0, z + 0.24), (0.1, z + 0.24), (0.105, z + 0.31), (0.08, z + 0.34), (0, z + 0.345)], 0.02), black
    )
    spout = forms.tube(
        [(0, 0, z + 0.3), (-0.16, -0.05, z + 0.31), (-0.3, -0.09, z + 0.3), (-0.36, -0.11, z + 0.24)],
        [0.05, 0.04, 0.034, 0.028],
        black,
        14,
        0.8,
    )
    return [collar, head, spout]


TOPS: dict[str, Callable[[float, float], list[Prop]]] = {"swing": _swing, "cork": _stopper, "cap": _cap, "pump": _pump}
