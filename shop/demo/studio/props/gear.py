"""What coffee is made with, and small kitchen things."""

from __future__ import annotations

import math
import random

import bpy
from mathutils import Matrix, Vector, noise

import forms
import labels
import materials
from look import Look
from props import drawn, nature, tableware, vessels

Prop = bpy.types.Object


def dripper(colour: str = "#f5f1e8") -> Prop:
    """A ceramic cone on its saucer foot, ribbed within, with a handle; stands at z = 0 on whatever is below."""
    stuff = materials.glaze(colour, 0.05, 0.16)
    outer = [(0.14, 0.04), (0.2, 0.08), (0.36, 0.36), (0.53, 0.66), (0.56, 0.7)]
    inner = [(0.53, 0.715), (0.49, 0.66), (0.32, 0.36), (0.12, 0.1), (0.1, 0.04)]
    parts = [forms.turned(forms.rounded([*outer, *inner], 0.02), stuff, 80, 60)]
    parts.append(
        forms.turned(
            forms.rounded(
                [(0.12, 0.05), (0.42, 0.05), (0.5, 0.04), (0.51, 0.0), (0.49, 0.0), (0.46, 0.02), (0.12, 0.02)], 0.015
            ),
            stuff,
            80,
        )
    )
    parts.append(
        tableware.handle(
            [(0.44, 0, 0.56), (0.66, 0, 0.58), (0.74, 0, 0.42), (0.66, 0, 0.24), (0.32, 0, 0.24)],
            [0.045, 0.042, 0.04, 0.042, 0.05],
            stuff,
            0.65,
        )
    )
    for k in range(16):
        a = k * math.pi / 8
        rib = [
            (r * math.cos(a + t), r * math.sin(a + t), z)
            for r, z, t in ((0.5, 0.68, 0), (0.4, 0.5, 0.15), (0.3, 0.34, 0.35), (0.18, 0.18, 0.6))
        ]
        parts.append(forms.tube(rib, 0.012, stuff, 6, 1, 4))
    return forms.joined(parts, "dripper")


def filter_paper(colour: str = "#d8bd92", size: float = 0.66, fold: float = 0.0) -> Prop:
    """A cone-shaped paper, flat or half open."""

    def fan(u: float, v: float) -> Vector:
        a = math.radians(-42 + 84 * u)
        r = size * (0.06 + 0.94 * v)
        return Vector(
            (r * math.sin(a), fold * math.cos(a * 2) * v + 0.006 * noise.noise((u * 6, v * 6, size)), r * math.cos(a))
        )

    front = forms.sheet(fan, materials.paper(colour), 24, 16)
    front.modifiers.new("thick", "SOLIDIFY").thickness = 0.008
    return front


def server(level: float = 0.5) -> Prop:
    """An hourglass carafe with a wooden collar and a leather tie."""
    outer = forms.curve(
        [(0.5, 0.0), (0.6, 0.04), (0.62, 0.2), (0.5, 0.56), (0.24, 0.9), (0.2, 1.0), (0.26, 1.12), (0.5, 1.6)], 6
    )
    inside = [(r - 0.025, max(z, 0.03)) for r, z in reversed(outer)]
    parts = [forms.turned([(0, 0.0), *outer, *inside, (0, 0.03)], materials.glass("#f8fcfb"), 96, 60)]
    body = [(r - 0.022, max(z, 0.028)) for r, z in outer if z < 0.9 * level + 0.1]
    parts.append(forms.turned([(0, 0.028), *body, (0, body[-1][1])], vessels.honey("#2c1206", 0.1), 72, 60))
    collar = forms.curve([(0.3, 0.82), (0.275, 0.93), (0.275, 1.05), (0.32, 1.2)], 5)
    parts.append(
        forms.turned(
            [*collar, *[(r - 0.05, z) for r, z in reversed(collar)]], materials.wood("#b5824f", "#7b5230", 1.5, "z"), 72
        )
    )
    leather = materials.plain("#5b371f", 0.6)
    parts.append(
        forms.turned([(0.288 + 0.018 * math.cos(i / 2), 0.985 + 0.018 * math.sin(i / 2)) for i in range(14)], leather, 72)
    )
    bead = forms.pebble((0.06, 0.06, 0.06), materials.wood("#b5824f", "#7b5230"), 0.02)
    bead.location = (0.1, -0.33, 0.9)
    parts += [
        bead,
        forms.tube([(0.05, -0.3, 0.99), (0.09, -0.33, 0.93), (0.1, -0.34, 0.78)], 0.014, leather, 8),
        forms.tube([(0.05, -0.3, 0.99), (-0.01, -0.33, 0.92), (-0.03, -0.35, 0.78)], 0.014, leather, 8),
    ]
    return forms.joined(parts, "server")


def grinder(colour: str = "#2b2c2d", knob: str = "#a9713f") -> Prop:
    """A slim hand mill with a crank."""
    stuff, steel = materials.painted(colour, 0.42), materials.metal("#b8b8b6", 0.24)
    parts = [forms.turned(forms.rounded([(0, 0), (0.27, 0), (0.28, 0.02), (0.28, 0.62), (0, 0.62)], 0.02), stuff, 72)]
    parts.append(forms.turned([(0.272, 0.62), (0.272, 0.65)], steel, 72))
    parts.append(
        forms.turned(
            forms.rounded(
                [(0.28, 0.65), (0.28, 1.4), (0.285, 1.42), (0.285, 1.5), (0.26, 1.53), (0.08, 1.55), (0, 1.55)], 0.02
            ),
            stuff,
            72,
        )
    )
    for z in [0.8 + k * 0.05 for k in range(9)]:
        parts.append(forms.turned([(0.281, z), (0.284, z + 0.01), (0.281, z + 0.02)], stuff, 72))
    parts.append(forms.turned(forms.rounded([(0.06, 1.54), (0.06, 1.62), (0, 1.62)], 0.01), steel, 32))
    parts.append(
        forms.tube(
            [(0, 0, 1.6), (0.3, 0, 1.63), (0.62, 0, 1.62), (0.7, 0, 1.62)],
            [0.05, 0.042, 0.04, 0.04],
            steel,
            12,
            0.35,
            side=(0, 1, 0),
        )
    )
    grip = forms.curve([(0.03, 1.62), (0.06, 1.66), (0.1, 1.78), (0.09, 1.88), (0.04, 1.92), (0, 1.92)], 5)
    parts.append(forms.placed(forms.turned(grip, materials.wood(knob, materials.shade(knob, 0.65), 1.5, "z"), 40), 0.68))
    return forms.joined(parts, "grinder")


def scale(text: str = "18.0 g   0:32") -> Prop:
    body = forms.block((1.5, 1.5, 0.16), materials.plain("#1f2021", 0.42), 0.05, segments=5)
    plate = forms.block((1.3, 1.12, 0.03), materials.plain("#161718", 0.3), 0.012, (0, 0.14, 0.155))
    screen = forms.decal(
        0.84,
        0.2,
        materials.printed(drawn.digits(text), 0.15),
        Matrix.Translation((0, -0.59, 0.1625)) @ Matrix.Rotation(-math.pi / 2, 4, "X"),
    )
    glow = materials.Recipe("screen", Roughness=0.2, Emission_Strength=1.0)
    image = glow.add("TexImage", {"image": bpy.data.images.load(str(drawn.digits(text)))})
    glow.colour(image.outputs["Color"])
    glow.links.new(image.outputs["Color"], glow.shader.inputs["Emission"])
    screen.data.materials[0] = glow.material
    return forms.joined([body, plate, screen], "scale")


def moka(colour: str = "#b9bcbd", size: float = 1.0) -> Prop:
    """An eight-sided aluminium pot with a black handle."""
    recipe = materials.Recipe("aluminium", Base_Color=materials.linear(colour), Metallic=1.0)
    recipe.set(recipe.shader, {"Roughness": recipe.between(recipe.noise(5, 4), 0.26, 0.4)})
    stuff, black = recipe.material, materials.plain("#191919", 0.38)
    eight = vessels.facets(8, 99)
    below = [(0, 0), (0.52, 0.0), (0.53, 0.02), (0.42, 0.58), (0.4, 0.62), (0.4, 0.66)]
    above = [(0.37, 0.66), (0.4, 0.72), (0.4, 0.78), (0.52, 1.3), (0.5, 1.3), (0.3, 1.3)]
    lid = [(0.53, 1.3), (0.53, 1.33), (0.3, 1.43), (0.07, 1.47), (0.0, 1.47)]
    parts = [forms.turned(line, stuff, 128, 14, sides=eight) for line in (below, above, lid)]
    for thing in parts:
        thing.rotation_euler.z = math.radians(11)
    parts.append(forms.turned([(0.4, 0.6), (0.435, 0.61), (0.435, 0.7), (0.4, 0.72)], stuff, 80))
    parts.append(forms.turned(forms.curve([(0.04, 1.46), (0.05, 1.5), (0.08, 1.56), (0.07, 1.62), (0, 1.64)], 5), black, 32))
    beak = forms.tube([(-0.42, 0, 1.12), (-0.55, 0, 1.24), (-0.68, 0, 1.33)], [0.13, 0.1, 0.03], stuff, 12, 1, 5)
    ear = forms.tube(
        [(0.46, 0, 1.27), (0.68, 0, 1.28), (0.8, 0, 1.16), (0.8, 0, 0.8), (0.76, 0, 0.62)],
        [0.05, 0.06, 0.066, 0.06, 0.05],
        black,
        14,
        0.6,
        6,
    )
    valve = forms.placed(
        forms.turned(
            forms.rounded([(0.05, 0), (0.05, 0.04), (0.025, 0.05), (0.02, 0.08), (0, 0.08)], 0.008),
            materials.metal("#c2a15c", 0.25),
            24,
        ),
        0.1,
        -0.45,
        0,
        0.32,
        -80,
    )
    group = forms.joined([*parts, beak, ear, valve], "moka")
    group.scale = (size, size, size)
    return forms.joined([group], "moka")


def press(knob: str = "#a9713f") -> Prop:
    """A French press: glass in a steel frame, coffee with foam."""
    steel = materials.metal("#c4c4c1", 0.2, 0.5)
    r, h = 0.48, 1.5
    glass = [(0, 0.06), (r, 0.06), (r, h), (r - 0.025, h), (r - 0.025, 0.09), (0, 0.09)]
    parts = [forms.turned(forms.rounded(glass, 0.03), materials.glass("#f8fcfb"), 80, 60)]
    parts.append(
        forms.turned([(0, 0.088), (r - 0.022, 0.088), (r - 0.022, 0.98), (0, 0.98)], vessels.honey("#2a1308", 0.06), 64)
    )
    parts.append(
        forms.turned([(r - 0.024, 0.98), (r - 0.024, 1.07), (r - 0.06, 1.085), (0, 1.08)], materials.clay("#b98a58"), 64)
    )
    for z in (0.05, 1.14):
        parts.append(
            forms.turned(
                forms.rounded([(r + 0.004, z), (r + 0.02, z), (r + 0.02, z + 0.09), (r + 0.004, z + 0.09)], 0.008), steel, 80
            )
        )
    for a in (40, 140, 220, 320):
        x, y = (r + 0.014) * math.cos(math.radians(a)), (r + 0.014) * math.sin(math.radians(a))
        parts.append(forms.tube([(x, y, 1.16), (x, y, 0.5), (x, y, 0.06), (x * 1.06, y * 1.06, 0.0)], 0.022, steel, 10))
    lid = [(0.5, h - 0.02), (0.51, h + 0.03), (0.46, h + 0.08), (0.2, h + 0.15), (0.03, h + 0.17)]
    parts.append(forms.turned(forms.curve(lid, 5), steel, 80))
    parts.append(forms.turned([(0.016, 1.0), (0.016, h + 0.42)], steel, 16))
    parts.append(
        forms.turned(
            forms.curve([(0.03, h + 0.4), (0.06, h + 0.43), (0.1, h + 0.5), (0.07, h + 0.57), (0, h + 0.58)], 5),
            materials.wood(knob),
            40,
        )
    )
    parts.append(
        tableware.handle(
            [(r, 0, 1.2), (r + 0.26, 0, 1.2), (r + 0.36, 0, 1.0), (r + 0.34, 0, 0.5), (r + 0.22, 0, 0.3), (r, 0, 0.28)],
            [0.035, 0.045, 0.055, 0.05, 0.045, 0.03],
            materials.wood(knob),
            0.7,
        )
    )
    parts.append(
        forms.tube(
            [(-r + 0.02, 0, h - 0.1), (-r - 0.06, 0, h - 0.03), (-r - 0.12, 0, h + 0.0)],
            [0.1, 0.07, 0.03],
            materials.glass("#f8fcfb"),
            14,
            0.5,
        )
    )
    return forms.joined(parts, "press")


def cezve(colour: str = "#b8663a", grip: str = "#5a3a22") -> Prop:
    """A hammered copper pot with a long handle, froth at its rim."""
    recipe = materials.Recipe("copper", Base_Color=materials.linear(colour), Metallic=1.0, Roughness=0.24)
    dents = recipe.add("TexVoronoi", {"feature": "SMOOTH_F1"}, Vector=recipe.coordinates(), Scale=11)
    recipe.bump(dents.outputs["Distance"], 0.05, 0.7)
    outer = forms.curve([(0.52, 0.0), (0.57, 0.04), (0.56, 0.22), (0.46, 0.5), (0.38, 0.68), (0.37, 0.76), (0.46, 0.9)], 6)
    inside = [(r - 0.025, max(z, 0.04)) for r, z in reversed(outer)]
    tin = materials.metal("#cfc9be", 0.25)
    parts = [forms.turned([(0, 0.0), *outer], recipe.material, 80, 60), forms.turned([outer[-1], *inside], tin, 80)]
    parts.append(tableware.froth(0.4, 0.82, "#6b3f1e", "#a87644", 5))
    brass = materials.metal("#c2a15c", 0.25)
    parts.append(forms.tube([(0.4, 0, 0.8), (0.62, 0, 0.88), (0.72, 0, 0.94)], [0.05, 0.035, 0.04], brass, 12))
    parts.append(
        forms.tube(
            [(0.7, 0, 0.93), (1.1, 0, 1.12), (1.5, 0, 1.28), (1.62, 0, 1.33)],
            [0.045, 0.055, 0.06, 0.045],
            materials.wood(grip, materials.shade(grip, 0.6), 1.4),
            14,
        )
    )
    return forms.joined(parts, "cezve")


def travel_cup(colour: str = "#5d7263") -> Prop:
    coat = materials.painted(colour, 0.5)
    steel = materials.metal("#b9b9b6", 0.24)
    parts = [forms.turned(forms.rounded([(0, 0), (0.33, 0), (0.345, 0.03), (0.42, 1.2), (0, 1.2)], 0.03), coat, 80)]
    parts.append(forms.turned([(0.42, 1.2), (0.424, 1.24)], steel, 80))
    parts.append(
        forms.turned(
            forms.rounded([(0.435, 1.24), (0.44, 1.4), (0.42, 1.45), (0.3, 1.45), (0.28, 1.41), (0, 1.41)], 0.02),
            materials.plain("#1f2421", 0.45),
            80,
        )
    )
    mouth = forms.block((0.16, 0.08, 0.03), materials.plain("#0d0f0e", 0.6), 0.012, (0, -0.34, 1.435))
    mark = forms.wrapped(
        lambda z: 0.345 + 0.064 * z, 0.5, 0.78, materials.printed(labels.mark(0.3, 0.28, "#e7dcc8")), 44, lift=0.004
    )
    return forms.joined([*parts, mouth, mark], "travel cup")


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
