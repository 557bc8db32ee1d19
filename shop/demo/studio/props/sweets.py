"""Biscuits, pralines, comb and other things one eats."""

from __future__ import annotations

import math
import random

import bpy
import forms
import materials
from look import Look
from mathutils import Matrix, Vector, noise

from props import garden, nature, vessels
from props.packaging import chocolate

Prop = bpy.types.Object


def baked(colour: str, edge: float = 0.75, rough: float = 0.8) -> bpy.types.Material:
    """Crumb: paler within, browned in patches."""
    recipe = materials.Recipe("baked", Roughness=rough, Specular=0.25)
    recipe.colour(
        recipe.ramp(
            recipe.noise(4, 6), (0.3, materials.shade(colour, edge)), (0.52, colour), (0.75, materials.shade(colour, 1.12))
        )
    )
    return recipe.bump(recipe.noise(16, 5), 0.025, 0.7).material


def finger(seed: int = 1, colour: str = "#e3bd7c") -> Prop:
    """Shortbread with fork holes."""
    body = forms.block((0.62, 0.24, 0.13), baked(colour, 0.82), 0.035, segments=4)
    hole = materials.plain(materials.shade(colour, 0.45), 0.9)
    parts: list[Prop] = [body]
    dot = forms.turned([(0.016, 0.001), (0, 0.0015)], hole, 12)
    for i in range(5):
        for j in (-1, 1):
            copy = forms.twin(dot)
            copy.location = (-0.22 + i * 0.11, j * 0.045, 0.13)
            parts.append(copy)
    dot.location.z = -50
    return forms.joined(parts, "finger")


def round_biscuit(colour: str = "#7a4a22", radius: float = 0.34, thick: float = 0.045, seed: int = 1) -> Prop:
    r = radius
    line = forms.rounded([(0, 0), (r, 0), (r + 0.006, thick / 2), (r - 0.01, thick), (0, thick)], 0.02)
    return forms.crumple(forms.turned(line, baked(colour), 56, 60, 0.02), 0.008, 4, seed)


def oat_biscuit(seed: int = 1) -> list[Prop]:
    """Chunky, with red berries and flakes on top."""
    luck = random.Random(seed)
    body = forms.turned(
        forms.curve([(0, 0), (0.3, 0.0), (0.37, 0.06), (0.32, 0.14), (0.18, 0.17), (0, 0.175)], 6),
        baked("#b98a4e"),
        64,
        180,
        0.06,
    )
    forms.crumple(body, 0.03, 9, seed * 2.1)
    parts: list[Prop] = [body]
    for kind, tone, count in (("berry", "#9c1f30", 7), ("flake", "#e0c692", 14)):
        for piece in nature.samples_of(kind, [tone], luck, 3)[:3]:
            for _ in range(count // 3):
                a, d = luck.uniform(0, 6.3), 0.28 * math.sqrt(luck.random())
                copy = forms.twin(piece)
                copy.location = (d * math.cos(a), d * math.sin(a), 0.175 + 0.012 * luck.random() - 0.5 * d * d)
                copy.scale = (0.62,) * 3 if kind == "berry" else (1, 1, 1)
                copy.rotation_euler = (luck.uniform(-0.5, 0.5), luck.uniform(-0.5, 0.5), luck.uniform(0, 6))
                parts.append(copy)
    return [forms.joined(parts, "oat biscuit")]


def cantuccio(seed: int = 1) -> Prop:
    """A diagonal cut of twice-baked loaf, almonds in its face."""
    luck = random.Random(seed)

    def outline(t: float) -> tuple[float, float]:
        a = t * 2 * math.pi
        return 0.4 * math.cos(a), 0.13 + 0.15 * math.sin(a) if math.sin(a) > 0 else 0.13 + 0.1 * math.sin(a)

    crust, crumb = baked("#b97f3f"), baked("#e2bf85")
    side = forms.sheet(lambda u, v: Vector((outline(u)[0], (v - 0.5) * 0.17, outline(u)[1])), crust, 40, 2)
    parts: list[Prop] = [side]
    for sign in (-1, 1):
        parts.append(
            forms.sheet(
                lambda u, v, s=sign: Vector(
                    (
                        outline(u)[0] * v,
                        s * (0.085 + 0.008 * noise.noise((u * 9, v * 9, seed))),
                        0.13 + (outline(u)[1] - 0.13) * v,
                    )
                ),
                crumb,
                40,
                8,
            )
        )
    nut = nature.almond(luck, "#b87f4a")
    inside = materials.plain("#f0dfba", 0.6)
    for k in range(3):
        piece = forms.pebble((0.08, 0.02, 0.04), inside if k else nut.data.materials[0], 0.12, k)
        piece.location, piece.rotation_euler = (
            (-0.2 + k * 0.2, -0.088, 0.14 + 0.04 * luck.uniform(-1, 1)),
            (0, luck.uniform(-1, 1), 0),
        )
        parts.append(piece)
    nut.location.z = -50
    return forms.joined(parts, "cantuccio")


def gingerbread(kind: str = "heart", size: float = 0.36) -> Prop:
    """A heart or star with a line of white icing."""

    def edge(t: float) -> Vector:
        a = t * 2 * math.pi
        if kind == "heart":
            x, y = 16 * math.sin(a) ** 3, 13 * math.cos(a) - 5 * math.cos(2 * a) - 2 * math.cos(3 * a) - math.cos(4 * a)
            return Vector((x, y + 2, 0)) * size / 16
        r = size * (0.82 + 0.24 * math.cos(5 * a))
        return Vector((r * math.sin(a), r * math.cos(a), 0))

    stuff = baked("#8a4f22", 0.8)
    thick = 0.09

    def solid(u: float, v: float) -> Vector:
        k = min(1.0, v / 0.25) if v < 0.25 else 1.0 if v < 0.5 else 1 - (v - 0.5) / 0.5
        bulge = 1.0 if 0.25 <= v <= 0.45 else 0.97
        z = 0 if v < 0.25 else thick * (v - 0.25) / 0.25 if v < 0.5 else thick + 0.02 * (1 - k)
        return edge(u) * k * bulge + Vector((0, 0, z))

    body = forms.sheet(solid, stuff, 80, 32)
    icing = materials.plain("#fdf8ee", 0.5)
    line = forms.tube(
        [tuple(edge(t / 40) * 0.84 + Vector((0, 0, thick + 0.014))) for t in range(41)], 0.014, icing, 8, 1, 2, (0, 0, 1)
    )
    dots = []
    for k in range(5):
        dot = forms.pebble((0.02, 0.02, 0.014), icing, 0)
        dot.location = (0.07 * (k - 2), 0.03 * abs(k - 2) - 0.02, thick + 0.028)
        dots.append(dot)
    return forms.joined([body, line, *dots], "gingerbread")


def halva(look: Look) -> list[Prop]:
    """A brick of flaky halva half out of its paper."""
    recipe = materials.Recipe("halva", Roughness=0.8, Specular=0.2)
    recipe.colour(recipe.ramp(recipe.noise(9, 6, (0.8, 1, 1.5)), (0.3, "#9c8763"), (0.55, "#b9a684"), (0.75, "#cfc09c")))
    recipe.bump(recipe.noise(10, 6, (0.6, 1, 1.8)), 0.06, 0.9)
    brick = forms.block((1.25, 0.7, 0.5), recipe.material, 0.03, segments=2)
    bits = nature.heap("chunk", ["#b9a079", "#a58d66"], -0.82, -0.42, 0.2, 0.06, 40, 3, 0, 0.3)
    paper = materials.paper(look.colour(2))

    def wrap(u: float, v: float) -> Vector:
        a = u * 2 * math.pi
        x = 0.02 + v * 0.64
        flare = 1.02 + (0.16 * (0.35 - v) / 0.35 * (0.6 + 0.4 * math.sin(a * 5)) if v < 0.35 else 0)
        c, s = math.cos(a), math.sin(a)
        k = (abs(c) ** 8 + abs(s) ** 8) ** (-1 / 8)
        return Vector(
            (x, 0.36 * c * k * flare, 0.255 + 0.262 * s * k * (flare if s > 0 else 1.0) + 0.01 * noise.noise((x * 5, a, 1)))
        )

    sleeve = forms.sheet(wrap, paper, 96, 30)
    sleeve.modifiers.new("thick", "SOLIDIFY").thickness = 0.006
    end = forms.block((0.01, 0.72, 0.51), paper, 0.0, (0.66, 0, 0))
    label = forms.decal(
        0.42, 0.34, materials.printed(look.label(0.42, 0.34, layout="modern")), Matrix.Translation((0.42, -0.385, 0.26))
    )
    return [forms.joined([brick, sleeve, end, label], "halva"), *bits]


def dusted(colour: str, sugar: str = "#fbf7ee") -> bpy.types.Material:
    recipe = materials.Recipe("dusted", Roughness=0.9, Specular=0.15)
    recipe.colour(recipe.ramp(recipe.noise(13, 5), (0.5, colour), (0.7, sugar)))
    return recipe.bump(recipe.noise(20, 4), 0.015, 0.6).material


def pastila(look: Look, count: int = 4) -> list[Prop]:
    """Layered slices dusted with sugar, leaning on one another."""
    parts = []
    for k in range(count * 2):
        layers = [
            forms.block((0.5, 0.11, 0.1), dusted(tone), 0.02, (0, 0, j * 0.095))
            for j, tone in enumerate(("#d9b685", "#e9d2a6", "#d3a978", "#ecd9b2"))
        ]
        piece = forms.joined(layers, "slice")
        parts.append(forms.placed(piece, -0.29 + 0.57 * (k % 2), 0.22 - 0.16 * (k // 2), 3 * (k % 3) - 3, 0.03, 14))
    return parts


def caramel(colour: str = "#b8702a", wrapped: bool = True, seed: int = 1) -> Prop:
    """A soft caramel, bare or in a twist of clear paper."""
    sweet = forms.block((0.24, 0.17, 0.13), vessels.thick(colour), 0.03, segments=4)
    if not wrapped:
        return forms.joined([sweet], "caramel")
    # Opaque in the tone of caramel seen through film: clear layers behind jar glass swallow the light.
    recipe = materials.Recipe(
        "twist",
        Base_Color=materials.linear("#e0b47c"),
        Roughness=0.25,
        Emission=materials.linear("#d9a05c"),
        Emission_Strength=0.25,
    )
    recipe.bump(recipe.noise(6, 4), 0.05, 0.8)
    clear = recipe.material
    parts = [sweet]
    hull = forms.block((0.26, 0.19, 0.15), clear, 0.05, (0, 0, -0.008), 4)
    parts.append(hull)
    for sign in (-1, 1):

        def fan(u: float, v: float, sign: int = sign) -> Vector:
            wide = 0.018 + 0.1 * v
            fold = 0.025 * math.sin(u * 22 + seed) * v
            return Vector((sign * (0.125 + 0.17 * v), (u - 0.5) * 2 * wide, 0.07 + fold))

        parts.append(forms.sheet(fan, clear, 30, 8))
    return forms.joined(parts, "caramel")


def dipped_orange(seed: int = 1) -> Prop:
    """A candied wheel, half in dark chocolate."""
    slice_ = garden.wheel("orange", 0.3, 0.045)
    coat = chocolate("#2c170e")
    r = 0.315
    arc = [Vector((r * math.cos(a), r * math.sin(a), 0)) for a in [math.radians(-8 + k * 196 / 24 + 180) for k in range(25)]]

    def half(u: float, v: float) -> Vector:
        k = u * 24
        i = min(23, int(k))
        edge = arc[i].lerp(arc[i + 1], k - i)
        if v < 0.5:
            inner = Vector((edge.x, -0.04 - 0.02 * math.sin(u * 9), 0))
            return inner.lerp(edge, v * 2) + Vector((0, 0, 0.062))
        return edge + Vector((0, 0, 0.062 * (1 - (v - 0.5) * 2)))

    shell = forms.sheet(half, coat, 40, 12, smooth=50)
    return forms.joined([slice_, shell], "dipped orange")


def praline(kind: int, seed: int = 1) -> Prop:
    """One of six: dome, cube, log, heart of nut, white swirl, ruby."""
    dark, milk, white = "#2a150d", "#6b3e22", "#efe0bd"
    luck = random.Random(seed)
    if kind == 0:
        parts = [
            forms.turned(forms.curve([(0.17, 0), (0.175, 0.03), (0.16, 0.13), (0.1, 0.19), (0, 0.21)], 5), chocolate(dark), 40)
        ]
        parts.append(forms.placed(nature.almond(luck, "#c08c55"), 0, 0, 30, 0.21, scale=0.9))
    elif kind == 1:
        parts = [forms.block((0.28, 0.28, 0.17), chocolate(milk), 0.025)]
        parts += [
            forms.tube([(-0.14, y, 0.172), (0, y + 0.02, 0.178), (0.14, y, 0.172)], 0.012, chocolate(dark), 8)
            for y in (-0.08, -0.02, 0.04, 0.1)
        ]
    elif kind == 2:
        parts = [forms.turned(forms.curve([(0.16, 0), (0.17, 0.04), (0.15, 0.14), (0, 0.17)], 5), chocolate(white), 40)]
        parts += nature.heap("raspberry", "#b22a48", 0, 0, 0.06, 0.03, 6, seed, 0.15, 0)[1:]
    elif kind == 3:
        parts = [forms.block((0.32, 0.22, 0.16), chocolate(dark), 0.03)]
        parts += nature.strew("crystal", "#f6f1e8", 0, 0, 0.07, 9, seed, 0.16)
    elif kind == 4:
        scroll = [
            (0.12 * (1 - k / 40) * math.cos(k * 0.5), 0.12 * (1 - k / 40) * math.sin(k * 0.5), 0.06 + 0.12 * k / 40)
            for k in range(38)
        ]
        parts = [
            forms.turned([(0.16, 0), (0.17, 0.03), (0.15, 0.07), (0, 0.08)], chocolate(milk), 40),
            forms.tube(scroll, 0.035, chocolate(milk), 8, 1, 3, (0, 0, 1)),
        ]
    else:
        hazel = nature.hazelnut(luck, "#c08a4e")
        hazel.location.z = 0.24
        parts = [forms.turned(forms.curve([(0.16, 0), (0.17, 0.04), (0.15, 0.12), (0, 0.17)], 5), chocolate(milk), 40), hazel]
    return forms.joined(parts, "praline")


def paper_cup(colour: str = "#3a2218", radius: float = 0.2) -> Prop:
    """A pleated cup."""

    def wall(u: float, v: float) -> Vector:
        a = u * 2 * math.pi
        r = radius * (0.88 + 0.16 * v) * (1 + 0.035 * math.sin(a * 34) * v)
        return Vector((r * math.cos(a), r * math.sin(a), 0.11 * v))

    return forms.sheet(wall, materials.paper(colour), 204, 4)


def truffle(seed: int = 1, colour: str = "#5a3422", radius: float = 0.17) -> Prop:
    recipe = materials.Recipe("cocoa", Roughness=0.95, Specular=0.1)
    recipe.colour(recipe.ramp(recipe.noise(6, 6), (0.3, materials.shade(colour, 0.7)), (0.7, materials.shade(colour, 1.2))))
    recipe.bump(recipe.noise(16, 6), 0.03, 0.8)
    r = radius
    ball = forms.pebble((r, r, r * 0.92), recipe.material, 0.09, seed * 2.7, 1.5, 4, 180)
    ball.location.z = r * 0.9
    return forms.joined([ball], "truffle")


def honeycomb(size: float = 1.1, thick: float = 0.42) -> Prop:
    """A cut square of comb: open cells, some brimming with honey."""
    wax, amber = comb_wax(), vessels.honey("#d98a14", 0.35)
    r, parts = 0.085, []
    wall = forms.turned([(r * 1.02, 0), (r * 1.02, thick), (r * 0.86, thick), (r * 0.8, thick - 0.16)], wax, 6, 10)
    wall.rotation_euler.z = math.pi / 6
    fill = forms.turned([(r * 0.9, 0.0), (r * 0.9, 0.004), (0, 0.002)], amber, 6, 10)
    luck = random.Random(6)
    rows = int(size / (r * 1.5))
    for j in range(rows):
        for i in range(int(size / (r * math.sqrt(3)))):
            x = (i + (j % 2) / 2) * r * math.sqrt(3) - size / 2 + r
            y = j * r * 1.5 - size / 2 + r
            cell, sweet = forms.twin(wall), forms.twin(fill)
            lift = luck.uniform(-0.012, 0.012)
            cell.location, cell.rotation_euler.z = (x, y, lift), 0
            full = thick - 0.02 if luck.random() < 0.72 else thick - 0.12
            sweet.location, sweet.rotation_euler.z = (x, y, full + lift), 0
            parts += [cell, sweet]
    for piece in (wall, fill):
        piece.location.z = -50
    middle = forms.block((size * 0.93, size * 0.9, thick * 0.8), amber, 0.03, (0, -0.01, 0.01))
    return forms.joined([*parts, middle], "honeycomb")


def comb_wax() -> bpy.types.Material:
    recipe = materials.Recipe(
        "comb",
        Base_Color=materials.linear("#e3b04a"),
        Subsurface=0.25,
        Subsurface_Color=materials.linear("#e9b040"),
        Roughness=0.4,
        Emission=materials.linear("#c98a20"),
        Emission_Strength=0.12,
    )
    return recipe.bump(recipe.noise(9, 3), 0.02, 0.6).material


def puddle(radius: float, colour: str = "#d98a14", seed: float = 1) -> Prop:
    """Honey that ran out."""

    def flow(u: float, v: float) -> Vector:
        a = u * 2 * math.pi
        edge = radius * (1 + 0.3 * noise.noise((math.cos(a), math.sin(a), seed)))
        return Vector((edge * v * math.cos(a), edge * v * math.sin(a) * 0.7, 0.045 * (1 - v**4) ** 0.5))

    return forms.sheet(flow, vessels.honey(colour, 0.25), 72, 16, smooth=180)
