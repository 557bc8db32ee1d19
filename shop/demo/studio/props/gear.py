"""What coffee is made with, and small kitchen things."""

from __future__ import annotations

import math

import bpy
import forms
import labels
import materials
from mathutils import Matrix, Vector, noise

from props import drawn, tableware, vessels

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
