"""Tins, pouches, bags, boxes, wrapped bars: what tea, coffee and sweets come in."""

from __future__ import annotations

import math

import bpy
import forms
import labels
import materials
from look import Look
from mathutils import Matrix, Vector, noise

Prop = bpy.types.Object
BRASS, STEEL, COPPER = "#c9a25e", "#bdbab4", "#b9714a"


def tin(look: Look, radius: float = 0.46, height: float = 1.15, lid: str = "slip", lid_on: bool = True) -> Prop:
    """A round caddy with a paper label right round it; lids: slip, knob, flat or wood."""
    body = materials.painted(look.body)
    r, h = radius, height
    outline = [
        (0, 0.01),
        (r - 0.03, 0.0),
        (r, 0.0),
        (r + 0.008, 0.014),
        (r, 0.03),
        (r, h - 0.02),
        (r - 0.012, h),
        (r - 0.03, h - 0.01),
        (r - 0.03, 0.03),
        (0, 0.03),
    ]
    parts = [forms.turned(forms.rounded(outline, 0.012), body, wobble=0.003)]
    low, high = h * 0.14, h * 0.76
    parts.append(forms.wrapped(r, low, high, materials.paper(look.paper), arc=359.9, lift=0.003))
    art = look.label(math.radians(112) * r, high - low, bleed=math.radians(45) * r)
    parts.append(forms.wrapped(r, low, high, materials.printed(art), arc=202, lift=0.0045))
    if lid_on:
        parts += _lid(look, r, h, lid)
    return forms.joined(parts, "tin")


def _lid(look: Look, r: float, h: float, kind: str) -> list[Prop]:
    depth = 0.2 if kind != "flat" else 0.12
    cover = (
        materials.wood() if kind == "wood" else materials.metal(BRASS, 0.26) if kind == "knob" else materials.painted(look.body)
    )
    R, z = r + 0.014, h - depth
    outline = [
        (r + 0.002, z),
        (R + 0.006, z),
        (R + 0.01, z + 0.012),
        (R, z + 0.026),
        (R, h + 0.02),
        (R - 0.03, h + 0.05),
        (R - 0.06, h + 0.042),
        (R * 0.5, h + 0.05),
        (0, h + 0.052),
    ]
    parts = [forms.turned(forms.rounded(outline, 0.014), cover, wobble=0.002)]
    if kind == "knob":
        top = h + 0.05
        knob = [
            (0, top),
            (0.05, top),
            (0.045, top + 0.03),
            (0.1, top + 0.07),
            (0.105, top + 0.1),
            (0.06, top + 0.13),
            (0, top + 0.135),
        ]
        parts.append(forms.turned(forms.curve(knob, 5), cover))
    return parts


def square_tin(look: Look, width: float = 0.86, height: float = 1.2) -> Prop:
    """A caddy of four sides with a hinged lid."""
    body, paper = materials.painted(look.body), materials.printed(look.label(width * 0.84, height * 0.62))
    box = forms.block((width, width, height), body, 0.045, segments=5)
    lid = forms.block((width + 0.025, width + 0.025, 0.2), body, 0.05, (0, 0, height - 0.04), 5)
    front = forms.decal(width * 0.84, height * 0.62, paper, Matrix.Translation((0, -width / 2 - 0.003, height * 0.47)))
    return forms.joined([box, lid, front], "square tin")


def flat_tin(look: Look, radius: float = 0.52, height: float = 0.3, open_lid: bool = False) -> Prop:
    """A low tin with a printed lid, standing on its edge's neighbour when open."""
    metal = materials.metal("#c8c3b8", 0.3)
    r, h = radius, height
    base = [(0, 0), (r - 0.02, 0), (r, 0.02), (r, h * 0.55), (r - 0.02, h * 0.55), (r - 0.025, 0.03), (0, 0.03)]
    cover = [
        (0, 0.0),
        (r + 0.012, 0.0),
        (r + 0.02, 0.012),
        (r + 0.012, 0.024),
        (r + 0.012, h * 0.5),
        (r - 0.02, h * 0.56),
        (0, h * 0.565),
    ]
    parts = [forms.turned(forms.rounded(base, 0.012), metal)]
    lid = forms.turned(forms.rounded(cover[1:], 0.014), metal)
    side = look.on_colour(1.0, 1.0, look.body, "roundel")
    disc = disc_of(r * 0.96, materials.painted(look.body))
    art = forms.decal(
        r * 1.36,
        r * 1.36,
        materials.printed(side),
        Matrix.Translation((0, 0, h * 0.571 + 0.008)) @ Matrix.Rotation(-math.pi / 2, 4, "X"),
    )
    disc.location = (0, 0, h * 0.571)
    top = forms.joined([lid, disc, art], "lid")
    top.location = (0, 0, h * 0.48)
    return forms.joined([*parts, top], "flat tin")


def disc_of(radius: float, material: bpy.types.Material) -> Prop:
    return forms.turned([(radius, 0), (radius * 0.98, 0.004), (0, 0.004)], material)


def _pouch_depth(u: float, v: float, depth: float) -> float:
    swell = [(0, 0.78), (0.1, 0.98), (0.3, 1.0), (0.55, 0.78), (0.78, 0.34), (0.88, 0.035), (1, 0.02)]
    for (a, p), (b, q) in zip(swell, swell[1:]):
        if v <= b:
            t = (v - a) / (b - a)
            level = p + (q - p) * t * t * (3 - 2 * t)
            break
    return depth / 2 * level * (1 - abs(2 * u - 1) ** 2.4) ** 0.75


def pouch(
    look: Look, width: float = 1.16, height: float = 1.62, depth: float = 0.5, paper: str | None = None, window: bool = False
) -> Prop:
    """A stand-up pouch: filled below, sealed above, with the folds that filling gives it."""
    seed = look.seed * 0.37
    colour = paper or look.body

    def skin(sign: float):  # type: ignore[no-untyped-def]
        def surface(u: float, v: float) -> Vector:
            x = (u - 0.5) * width * (1 - 0.045 * math.sin(math.pi * min(1, v / 0.9)) + 0.012 * noise.noise((0, v * 3, seed)))
            y = _pouch_depth(u, v, depth)
            edge = abs(2 * u - 1)
            crease = 1 - abs(noise.noise((x * 2.2 + seed, v * 5.5, sign)))
            calm = 0.25 if sign < 0 and edge < 0.78 and 0.12 < v < 0.76 else 1.0
            y += 0.05 * calm * (crease**6) * min(1, y / 0.06) * (0.35 + edge + 1.2 * max(0, v - 0.55))
            y += 0.012 * noise.noise((x * 7, v * 9, seed + sign)) * min(1, y / 0.1)
            y -= 0.006 * (v > 0.9) * math.sin(v * 500)
            lean = 0.05 * (v**2)
            return Vector((x, sign * y + lean, v * height + 0.012 * noise.noise((x * 2, 0, seed)) * v))

        return surface

    stuff = materials.kraft(colour) if look.says("kraft") or paper else matt_foil(colour)
    front, back = forms.sheet(skin(-1), stuff, 72, 84), forms.sheet(skin(1), stuff, 48, 60)
    span = (0.13, 0.87, 0.16, 0.74)
    w, h = (span[1] - span[0]) * width, (span[3] - span[2]) * height

    def lifted(u: float, v: float) -> Vector:
        return skin(-1)(u, v) + Vector((0, -0.009, 0))

    printed = look.on_colour(w, h, colour) if look.seed % 3 == 0 and not look.says("kraft") else look.label(w, h)
    face = forms.sheet(lifted, materials.printed(printed, 0.7), 60, 60, span)
    notch = forms.block((width * 0.98, 0.012, 0.012), stuff, 0.004, (0, 0.045, height * 0.865))
    return forms.joined([front, back, face, notch], "pouch")


def matt_foil(colour: str) -> bpy.types.Material:
    """Laminated paper: a dull sheen on its folds."""
    recipe = materials.Recipe("foil", Roughness=0.5, Specular=0.35)
    recipe.colour(recipe.ramp(recipe.noise(2.5, 3), (0.3, materials.shade(colour, 0.95)), (0.7, materials.shade(colour, 1.04))))
    return recipe.bump(recipe.noise(5, 6), 0.03, 0.3).material


def bag(look: Look, width: float = 0.98, height: float = 1.75, depth: float = 0.56, colour: str | None = None) -> Prop:
    """A block-bottom bag with gusseted sides, rolled down and held by a tin tie."""
    tone = colour or look.body
    stuff = materials.kraft(tone) if look.says("kraft") else matt_foil(tone)
    seed, w, d = look.seed * 0.61, width / 2, depth / 2
    ring = [
        (-1.0, -1.0),
        (-0.5, -1.0),
        (0, -1.0),
        (0.5, -1.0),
        (1.0, -1.0),
        (0.96, -0.5),
        (0.86, 0),
        (0.96, 0.5),
        (1, 1),
        (0.5, 1),
        (0, 1),
        (-0.5, 1),
        (-1, 1),
        (-0.96, 0.5),
        (-0.86, 0),
        (-0.96, -0.5),
    ]
    outline = [p for k, p in enumerate(ring) for p in _between(p, ring[(k + 1) % len(ring)], 5)]
    count, rows = len(outline), 60

    def shape(px: float, py: float, v: float) -> Vector:
        taper = 1 if v < 0.62 else max(0.05, 1 - ((v - 0.62) / 0.33) ** 1.3)
        belly = 1 + 0.1 * math.sin(math.pi * min(1, v / 0.8)) * (1 - px * px)
        fold = 1 + 0.12 * (1 - taper) if abs(px) > 0.8 and abs(py) < 0.6 else 1
        x, y = px * w / fold, py * d * taper * belly
        crease = (1 - abs(noise.noise((px * 2.4 + seed, v * 6, py)))) ** 5
        out = 1 + (0.03 * noise.noise((px * 3, py * 3 + seed, v * 6)) + 0.025 * crease) * min(1, v * 8)
        return Vector((x * (1 + 0.02 * noise.noise((v * 4, seed, 0))), y * out, v * height * 0.94))

    vertices = [shape(px, py, v / rows) for v in range(rows + 1) for px, py in outline]
    faces = [
        (r * count + i, r * count + (i + 1) % count, (r + 1) * count + (i + 1) % count, (r + 1) * count + i)
        for r in range(rows)
        for i in range(count)
    ]
    body = forms.mesh("bag", vertices, faces, stuff, smooth=70)
    roll = forms.block((width * 1.0, 0.085, 0.15), stuff, 0.03, (0, -0.03, height * 0.9))
    tie = forms.block(
        (width * 1.13, 0.022, 0.05),
        materials.painted(materials.shade(tone, 0.5) if tone != "#2b2723" else "#c9a25e"),
        0.008,
        (0, -0.085, height * 0.95),
    )
    label_w, label_h, base = width * 0.8, height * 0.44, height * 0.13
    printed = materials.printed(look.label(label_w, label_h))

    def face(u: float, v: float) -> Vector:
        z = base + label_h * v
        return shape((u - 0.5) * 2 * label_w / width, -1, z / (height * 0.94)) + Vector((0, -0.008, 0))

    front = forms.sheet(face, printed, 40, 40)
    return forms.joined([body, roll, tie, front], "bag")


def _between(a: tuple[float, float], b: tuple[float, float], steps: int) -> list[tuple[float, float]]:
    return [(a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps) for k in range(steps)]


def bar(
    look: Look, width: float = 0.82, height: float = 1.6, thick: float = 0.1, kind: str | None = None, lean: float = 14
) -> Prop:
    """A chocolate bar in its paper, foil at the ends, leaning back a little."""
    style = kind or look.pick(tuple(labels.PATTERNS))
    inks = list(look.colours[1:]) or [materials.shade(look.body, 1.25), materials.shade(look.body, 0.75)]
    wrap = labels.pattern(width, height, style, look.body, inks, look.seed)
    art = labels.over(
        wrap, look.label(width * 0.74, height * 0.42, layout=look.pick(("classic", "roundel", "modern"))), (0.5, 0.44)
    )
    foil = materials.metal(BRASS, 0.3, 0.5)
    slab = forms.block((width, thick, height), materials.paper(look.body), 0.022)
    core = forms.block((width * 0.965, thick * 0.7, height + 0.1), foil, 0.015, (0, 0, 0))
    for vertex in core.data.vertices:
        vertex.co.z += 0.0
    front = forms.decal(
        width - 0.03, height - 0.03, materials.printed(art, 0.6), Matrix.Translation((0, -thick / 2 - 0.002, height / 2))
    )
    handle = forms.joined([slab, core, front], "bar")
    handle.rotation_euler = (-math.radians(lean), 0, 0)
    return handle


def tablet(colour: str, rows: int = 3, columns: int = 4, square: float = 0.24, thick: float = 0.07) -> Prop:
    """Bare chocolate: squares on a slab."""
    stuff = chocolate(colour)
    parts = [forms.block((columns * square, rows * square, thick * 0.6), stuff, 0.01)]
    for i in range(columns):
        for j in range(rows):
            at = ((i - columns / 2 + 0.5) * square, (j - rows / 2 + 0.5) * square, thick * 0.5)
            tile = forms.block((square * 0.93, square * 0.93, thick * 0.55), stuff, 0.022, at)
            tile.rotation_euler = (0, 0, 0.004 * ((i * 7 + j * 3) % 5 - 2))
            parts.append(tile)
    return forms.joined(parts, "tablet")


def chocolate(colour: str) -> bpy.types.Material:
    recipe = materials.Recipe("chocolate", Specular=0.4)
    recipe.colour(recipe.ramp(recipe.noise(5, 5), (0.3, materials.shade(colour, 0.92)), (0.7, materials.shade(colour, 1.05))))
    recipe.set(recipe.shader, {"Roughness": recipe.between(recipe.noise(6, 6), 0.3, 0.48)})
    return recipe.bump(recipe.noise(12, 5), 0.008, 0.4).material


def paper_bag(
    look: Look, width: float = 0.95, height: float = 1.5, depth: float = 0.5, window: tuple[str, ...] = (), colour: str = ""
) -> Prop:
    """A paper bag, its top folded over; `window` names the colours of what shows through a film."""
    tone = colour or look.body
    made = bag(look.but(note=look.note + " kraft"), width, height, depth, tone)
    if window:
        film = forms.sheet(
            lambda u, v: Vector(
                ((u - 0.5) * width * 0.6, -depth / 2 - 0.03 - 0.012 * math.sin(math.pi * u), height * (0.6 + 0.17 * v))
            ),
            seen_through(window),
            24,
            12,
        )
        film.parent = made
    return made


def seen_through(colours: tuple[str, ...]) -> bpy.types.Material:
    """Loose goods behind film: many small pieces under a shine."""
    recipe = materials.Recipe("film", Roughness=0.6, Clearcoat=1.0, Clearcoat_Roughness=0.08)
    cells = recipe.add("TexVoronoi", None, Vector=recipe.coordinates(), Scale=16)
    parts = recipe.add("SeparateXYZ", None, Vector=cells.outputs["Color"])
    stops = [(k / max(1, len(colours)), c) for k, c in enumerate(colours)]
    recipe.colour(recipe.ramp(parts.outputs["X"], *stops, (1.0, materials.shade(colours[0], 0.6))))
    return recipe.bump(cells.outputs["Distance"], 0.06, 1.0).material


def brick(look: Look, width: float = 0.95, height: float = 1.25, depth: float = 0.62) -> Prop:
    """A vacuum brick: hard, wrinkled, its top folded flat, in a paper band."""
    recipe = materials.Recipe("vacuum", Base_Color=materials.linear(look.body), Roughness=0.42, Specular=0.4)
    recipe.bump(recipe.noise(9, 4), 0.05, 0.5)

    def shell(u: float, v: float) -> Vector:
        a = u * 2 * math.pi
        c, s = math.cos(a), math.sin(a)
        k = (abs(c) ** 9 + abs(s) ** 9) ** (-1 / 9)
        close = 1.0 if 0.04 < v < 0.94 else 0.96 if v >= 0.94 else 0.97
        if v in (0.0, 1.0):
            close = 0
        z = min(height, max(0.0, (v - 0.02) / 0.95 * height))
        rumple = (
            1
            + 0.014 * noise.noise((c * k * 4, s * k * 4, z * 5 + look.seed))
            + 0.012 * (1 - abs(noise.noise((c * 3, s * 3 + look.seed, z * 7)))) ** 4
        )
        return Vector((c * k * width / 2 * close * rumple, s * k * depth / 2 * close * rumple, z))

    body = forms.sheet(shell, recipe.material, 128, 50, smooth=50)
    flap = forms.block((width * 0.96, depth * 0.5, 0.02), recipe.material, 0.008, (0, -depth * 0.2, height - 0.002))
    seal = forms.block(
        (width * 0.3, depth * 0.36, 0.008),
        materials.printed(look.label(width * 0.3, depth * 0.36, layout="modern")),
        0.002,
        (0, -depth * 0.22, height + 0.018),
    )
    low, high = height * 0.2, height * 0.78
    band_ = forms.block((width * 1.015, depth * 1.03, high - low), materials.paper(look.paper), 0.03, (0, 0, low))
    art = forms.decal(
        width * 0.96,
        high - low - 0.01,
        materials.printed(look.label(width * 0.96, high - low)),
        Matrix.Translation((0, -depth * 0.515 - 0.004, (low + high) / 2)),
    )
    return forms.joined([body, flap, seal, band_, art], "brick")
