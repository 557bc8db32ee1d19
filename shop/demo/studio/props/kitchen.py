"""Scoops, linen, boards and other small things of the kitchen."""

from __future__ import annotations

import math

import bpy
import forms
import materials
from mathutils import Vector, noise

from props import drawn, nature

Prop = bpy.types.Object


def scoop(kind: str | None = "twisted", colours: list[str] | None = None, grip: str = "#c89b66") -> Prop:
    """A turned wooden scoop lying with its mouth to the left, filled with leaf, beans or salt."""
    stuff = materials.wood(grip, materials.shade(grip, 0.7), 1.3)

    def dish(u: float, v: float) -> Vector:
        a, r = u * 2 * math.pi, v
        return Vector((0.36 * r * math.cos(a), 0.27 * r * math.sin(a), 0.03 + 0.2 * r**2.4))

    hollow = forms.sheet(dish, stuff, 48, 14)
    hollow.modifiers.new("thick", "SOLIDIFY").thickness = 0.035
    grip_line = [(0.3, 0, 0.19), (0.5, 0, 0.17), (0.8, 0, 0.14), (1.02, 0, 0.11)]
    parts = [hollow, forms.tube(grip_line, [0.055, 0.05, 0.062, 0.045], stuff, 16)]
    if kind:
        tones = colours or ["#2b1a12", "#3a2418"]
        parts.append(nature.core(0, 0, 0.27, 0.1, materials.shade(tones[0], 0.7), 3, 0.14))
        parts += nature.heap(kind, tones, 0, 0, 0.26, 0.13, 150, 5, 0.15, 0.0)
    return forms.joined(parts, "scoop")


def infuser() -> Prop:
    """A deep basket of steel mesh in a rim with two ears."""
    steel = materials.metal("#c3c6c7", 0.22, 0.4)
    mesh = materials.Recipe("mesh", Base_Color=materials.linear("#b4b7b8"), Metallic=1.0, Roughness=0.32)
    mapping = mesh.add("Mapping", None, Vector=mesh.add("TexCoord").outputs["UV"], Scale=(130, 46, 1))
    parts_ = mesh.add("SeparateXYZ", None, Vector=mapping.outputs[0])
    lines = []
    for axis in ("X", "Y"):
        wave = mesh.add("Math", {"operation": "FRACT"})
        mesh.links.new(parts_.outputs[axis], wave.inputs[0])
        over = mesh.add("Math", {"operation": "GREATER_THAN"})
        mesh.links.new(wave.outputs[0], over.inputs[0])
        over.inputs[1].default_value = 0.52
        lines.append(over)
    either = mesh.add("Math", {"operation": "MAXIMUM"})
    for k, over in enumerate(lines):
        mesh.links.new(over.outputs[0], either.inputs[k])
    mesh.links.new(either.outputs[0], mesh.shader.inputs["Alpha"])
    basket = forms.turned([(0.4, 0.86), (0.36, 0.1)], mesh.material, 96)
    floor = forms.turned(forms.rounded([(0.37, 0.14), (0.365, 0.06), (0.32, 0.03), (0, 0.03)], 0.03), steel, 72)
    rim = forms.turned(
        forms.rounded([(0.4, 0.84), (0.5, 0.88), (0.56, 0.885), (0.565, 0.9), (0.5, 0.9), (0.39, 0.9)], 0.012), steel, 80
    )
    ears = [forms.block((0.26, 0.2, 0.016), steel, 0.03, (s * 0.62, 0, 0.884)) for s in (-1, 1)]
    return forms.joined([basket, floor, rim, *ears], "infuser")


def steel_lid(radius: float = 0.5) -> Prop:
    r = radius
    lid = [
        (r, 0.0),
        (r + 0.02, 0.01),
        (r, 0.03),
        (r - 0.04, 0.05),
        (0.1, 0.075),
        (0.04, 0.08),
        (0.04, 0.11),
        (0.09, 0.14),
        (0.09, 0.17),
        (0, 0.18),
    ]
    return forms.turned(forms.rounded(lid, 0.02), materials.metal("#c3c6c7", 0.2, 0.5), 80)


def canister(colour: str = "#7d8184") -> Prop:
    """A steel canister with a wire clasp and a valve in its lid."""
    steel = materials.metal(colour, 0.3, 1.2)
    r, h = 0.5, 1.25
    parts = [forms.turned(forms.rounded([(0, 0), (r, 0), (r, h), (0, h)], 0.03), steel, 96)]
    parts.append(
        forms.turned(
            [(r + 0.004, h - 0.01), (r + 0.012, h + 0.015), (r + 0.004, h + 0.04)], materials.plain("#2a2a2a", 0.6), 80
        )
    )
    parts.append(
        forms.turned(
            forms.rounded([(r + 0.012, h + 0.04), (r + 0.015, h + 0.13), (r - 0.06, h + 0.17), (0, h + 0.18)], 0.03),
            materials.metal("#8d9092", 0.28),
            96,
        )
    )
    parts.append(
        forms.turned(
            forms.rounded([(0.1, h + 0.17), (0.1, h + 0.2), (0, h + 0.205)], 0.01), materials.plain("#222222", 0.5), 40
        )
    )
    wire = materials.metal("#c9c9c6", 0.2, 0.3)
    for s in (-1, 1):
        parts.append(
            forms.tube(
                [
                    (s * 0.16, -r + 0.02, h + 0.12),
                    (s * 0.16, -r - 0.06, h + 0.06),
                    (s * 0.13, -r - 0.05, h - 0.16),
                    (s * 0.12, -r - 0.02, h - 0.26),
                ],
                0.015,
                wire,
                8,
            )
        )
    parts.append(forms.block((0.3, 0.03, 0.12), wire, 0.012, (0, -r - 0.045, h - 0.22)))
    return forms.joined(parts, "canister")


def towel(
    ground: str, stripe: str, width: float = 1.5, depth: float = 1.0, folds: int = 5, z: float = 0.0, seed: int = 1
) -> Prop:
    """Folded linen, lying: soft layers whose front edge is the fold."""
    picture = drawn.striped(ground, stripe)
    recipe = materials.Recipe("linen", Roughness=0.95, Specular=0.1, Sheen=0.3)
    image = recipe.add("TexImage", {"image": bpy.data.images.load(str(picture)), "extension": "EXTEND"})
    weave = recipe.add(
        "MixRGB",
        {"blend_type": "MULTIPLY"},
        Fac=1.0,
        Color1=image.outputs["Color"],
        Color2=recipe.ramp(recipe.noise(55, 2), (0.3, "#d9d9d9"), (0.7, "#ffffff")),
    )
    recipe.colour(weave.outputs[0])
    recipe.bump(recipe.noise(50, 2), 0.015, 0.7)
    parts = []
    for k in range(folds):
        t = 0.06

        def layer(u: float, v: float, k: int = k) -> Vector:
            # Up from behind, over the top and round the front edge: half a stadium.
            a = (v - 0.78) / 0.22 * math.pi if v > 0.78 else 0
            y = depth * (0.5 - v / 0.78) if v <= 0.78 else -depth / 2 - t / 2 * math.sin(a)
            top = t if v <= 0.78 else t / 2 + t / 2 * math.cos(a)
            wave = 0.014 * noise.noise((u * 3 + seed, y * 2.5, k * 3.3)) + 0.012 * math.sin(u * 3.1)
            x = (u - 0.5) * width * (1 + 0.012 * noise.noise((y * 2, k * 1.7, seed)))
            return Vector((x + 0.014 * math.sin(k * 2.3), y + 0.02 * math.sin(k * 1.7), z + k * t + top + wave))

        parts.append(forms.sheet(layer, recipe.material, 40, 48))
        parts[-1].modifiers.new("thick", "SOLIDIFY").thickness = 0.02
    return forms.joined(parts, "towel")


def board(width: float = 2.4, depth: float = 1.6, thick: float = 0.1, colour: str = "#b98a5a") -> Prop:
    return forms.block((width, depth, thick), materials.wood(colour, materials.shade(colour, 0.68), 0.8), 0.03, segments=4)


def slate(width: float = 2.2, depth: float = 1.5, colour: str = "#3a3b3c") -> Prop:
    """A flat dark stone."""
    recipe = materials.Recipe("slate", Roughness=0.75, Specular=0.3)
    recipe.colour(recipe.ramp(recipe.noise(2.5, 6), (0.3, materials.shade(colour, 0.75)), (0.7, materials.shade(colour, 1.15))))
    recipe.bump(recipe.noise(4, 6), 0.03, 0.6)
    thing = forms.turned(
        forms.rounded([(0, 0), (0.97, 0), (1, 0.04), (0.98, 0.085), (0, 0.09)], 0.02), recipe.material, 96, 40, 0.05
    )
    thing.scale = (width / 2, depth / 2, 1)
    return forms.joined([thing], "slate")


def knife(length: float = 1.4) -> Prop:
    """A small spreading knife lying along x."""
    blade = forms.tube(
        [(-length * 0.5, 0, 0.02), (-length * 0.42, 0, 0.02), (-length * 0.2, 0, 0.02), (0, 0, 0.025)],
        [0.03, 0.075, 0.08, 0.05],
        materials.metal("#c6c6c2", 0.16, 0.2, "x"),
        12,
        0.12,
    )
    grip = forms.tube(
        [(0, 0, 0.035), (0.06, 0, 0.04), (length * 0.3, 0, 0.045), (length * 0.48, 0, 0.04)],
        [0.035, 0.045, 0.052, 0.04],
        materials.wood("#8b5a33", "#5c3a20", 1.4),
        14,
        0.7,
    )
    return forms.joined([blade, grip], "knife")
