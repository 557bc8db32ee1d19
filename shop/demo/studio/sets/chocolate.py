"""Chocolate, biscuits and sweets."""

from __future__ import annotations

import math
import random

import forms
import materials
from forms import placed as P
from look import Look
from mathutils import Matrix
from props import boxes as bx
from props import garden as gd
from props import kitchen as ki
from props import nature as n
from props import packaging as p
from props import sweets as s
from props import tableware as t
from props import vessels as v

from sets.table import Shot, picture, second


PATTERNS = {"dark-70-peru": "scallops", "dark-85-tanzania": "leaves", "milk-hazelnut": "terrazzo"}


def sleeve(k: Look, pattern: str | None = None, x: float = 0, y: float = 0, turn: float = 0) -> p.Prop:
    """The bar in its sleeve: the second colour wraps, the first is the chocolate."""
    wrap = k.but(colours=(k.colour(1), materials.shade(k.colour(1), 0.72), k.colour(2)))
    return P(p.bar(wrap, kind=pattern), x, y, turn)


def pieces(colour: str, x: float, y: float, seed: int = 1) -> list[p.Prop]:
    """A broken corner of the bar and a square beside it."""
    return [
        P(p.tablet(colour, 2, 3, 0.28, 0.09), x, y, 10 + seed * 7 % 16),
        P(p.tablet(colour, 1, 1, 0.28, 0.09), x + 0.5, y - 0.18, 40 + seed * 9),
        P(p.tablet(colour, 1, 2, 0.28, 0.09), x - 0.2, y + 0.06, 58, 0.09, 0, 8),
    ]


def bar_shot(k: Look, pattern: str, extras: list[p.Prop], turn: float = -8) -> Shot:
    return Shot([sleeve(k, pattern, -0.04, 0.15, turn), *pieces(k.body, 0.06, -0.5, k.seed % 5)], extras, height=21, fill=0.74)


@picture("dark-70-peru")
def peru(k: Look) -> Shot:
    return bar_shot(k, "scallops", n.strew("chunk", ["#3a1c12", "#4a2618"], -0.45, -0.6, 0.12, 12, 3))


@picture("dark-85-tanzania")
def tanzania(k: Look) -> Shot:
    return bar_shot(k, "leaves", n.strew("chunk", ["#3c2114", "#55301c", "#2a150c"], -0.46, -0.6, 0.15, 40, 4), 9)


@picture("milk-45-sea-salt")
def sea_salt(k: Look) -> Shot:
    return bar_shot(
        k,
        "waves",
        [
            *n.strew("crystal", "#fbfaf6", 0.05, -0.5, 0.24, 42, 4, 0.085),
            *n.strew("crystal", "#fbfaf6", -0.4, -0.66, 0.14, 18, 5),
        ],
    )


@picture("white-raspberry")
def raspberry(k: Look) -> Shot:
    return bar_shot(
        k,
        "dots",
        [
            *n.strew("raspberry", "#c22f50", -0.46, -0.58, 0.13, 8, 3),
            *n.strew("chunk", "#c22f50", 0.06, -0.5, 0.24, 26, 4, 0.08),
        ],
        7,
    )


@picture("dark-orange-peel")
def orange_peel(k: Look) -> Shot:
    peel = materials.soap("#e8862a")
    curls = [
        P(
            forms.tube(
                [(0.12 * math.cos(a * 0.9), 0.12 * math.sin(a * 0.9), 0.03 + 0.02 * a) for a in range(6)], 0.028, peel, 8, 0.5
            ),
            -0.46 + 0.05 * i,
            -0.56 - 0.14 * i,
            70 * i,
        )
        for i in range(2)
    ]
    return bar_shot(k, "rays", curls)


@picture("milk-hazelnut")
def milk_hazelnut(k: Look) -> Shot:
    return bar_shot(k, "terrazzo", n.strew("hazelnut", "#b9804a", -0.46, -0.56, 0.14, 4, 3), 8)


@second("dark-70-peru", "dark-85-tanzania", "milk-hazelnut")
def bar_open(k: Look) -> Shot:
    bar = sleeve(k, PATTERNS[k.slug])
    bar.rotation_euler.x = -1.5708 + 0.001
    bar.location.z = 0.06
    bar.rotation_euler.z = 0.5
    tab = P(p.tablet(k.body, 3, 4, 0.22), 0.3, -0.55, 22)
    small = P(p.tablet(k.body, 1, 2, 0.22), -0.5, -0.7, -20)
    return Shot([bar, tab, small], n.strew("chunk", [k.body], 0.0, -0.9, 0.2, 14, 3), height=54, fill=0.78)


@picture("drinking-chocolate")
def drinking(k: Look) -> Shot:
    tin = P(p.tin(k, 0.44, 1.3), -0.22, 0.15, 6)
    mug = P(t.mug("#f1d9bf", "#5a2f1c", 0.72, 0.36, foam=True), 0.6, -0.28, -25)
    return Shot(
        [tin, mug],
        [
            *n.heap("flake", ["#3a1c12", "#4a2718"], -0.3, -0.66, 0.22, 0.07, 46, 4),
            P(t.steam(0.7, 0.4, 3, 0.28), 0.6, -0.24, 0, 0.64),
        ],
        height=17,
    )


@second("drinking-chocolate")
def drinking_mug(k: Look) -> Shot:
    mug = P(t.mug("#7a2f25", "#5a2f1c", 0.85, 0.46, foam=True), 0, 0, -35)
    return Shot(
        [mug],
        [
            P(t.steam(0.8, 0.5, 8, 0.3), 0, 0.05, 0, 0.75),
            *n.strew("flake", ["#3a1c12", "#4a2718"], -0.5, -0.5, 0.2, 16, 4),
            *n.strew("flake", "#2e160d", 0, 0, 0.2, 8, 6, 0.73, 1),
        ],
        height=36,
        fill=0.66,
    )


@picture("natural-cocoa")
def cocoa(k: Look) -> Shot:
    bag = P(p.paper_bag(k, 0.95, 1.4, 0.5), -0.08, 0.12, 10)
    return Shot(
        [bag],
        [
            *n.powder("#7a3f22", 0.38, -0.66, 0.28, 0.12, 4),
            P(t.spoon(materials.metal("#c6c6c2", 0.16, 0.2, "x"), 0.9), -0.5, -0.72, -8),
        ],
    )


@picture("chocolate-prunes")
def prunes(k: Look) -> Shot:
    tray = P(bx.tray_box(k, (1.5, 1.0, 0.2)), 0, -0.1, 10)
    lid = P(bx.box_lid(k, 1.4, 0.95), -0.05, 0.62, 6, 0, 10)
    sweets = []
    for i in range(4):
        for j in range(3):
            ball = s.praline(0, i * 3 + j)
            sweets.append(P(forms.joined([ball, s.paper_cup()]), (i - 1.5) * 0.345, (j - 1) * 0.3, 0, 0.06))
    group = P(forms.joined(sweets), 0, -0.1, 10)
    return Shot([tray, lid, group], height=30, fill=0.74)


@picture("praline-box")
def pralines(k: Look) -> Shot:
    tray = P(bx.tray_box(k, (1.5, 1.16, 0.2), "#3b2216"), 0, -0.15, -12)
    lid = P(bx.box_lid(k.but(note="kraft"), 1.45, 1.0), 0.1, 0.66, -8, 0, 10)
    luck = random.Random(4)
    sweets = [
        P(s.praline((i * 5 + j * 2) % 6, i + j), (i - 1.5) * 0.345, (j - 1) * 0.345, luck.uniform(-8, 8), 0.06)
        for i in range(4)
        for j in range(3)
    ]
    return Shot([tray, lid, P(forms.joined(sweets), 0, -0.15, -12)], height=32, fill=0.74)


@second("praline-box")
def pralines_close(k: Look) -> Shot:
    sweets = [
        P(s.praline(i, i), x, y, a)
        for i, (x, y, a) in enumerate(
            ((-0.42, 0.2, 10), (0.02, 0.3, 30), (0.46, 0.18, -12), (-0.28, -0.26, -20), (0.2, -0.3, 15), (0.62, -0.3, 0))
        )
    ]
    return Shot(sweets, n.strew("chunk", ["#3a1c12"], -0.1, -0.62, 0.16, 12, 3), height=33, fill=0.8, softness=1.5)


@picture("cocoa-truffles")
def truffles(k: Look) -> Shot:
    box, lid = bx.round_box(k, 0.66, 0.34, "dots", p.BRASS)
    P(lid, 0.16, 0.62, 10, 0.64, -72)
    luck = random.Random(3)
    balls = [
        P(s.truffle(i), x, y, 0, 0.06)
        for i, (x, y) in enumerate(((0, 0), (0.38, 0), (-0.38, 0), (0.19, 0.34), (-0.19, 0.34), (0.19, -0.34), (-0.19, -0.34)))
    ]
    top = [P(s.truffle(i + 20), x, y, 0, 0.26) for i, (x, y) in enumerate(((0.16, 0.1), (-0.18, 0.06), (0.0, -0.2)))]
    loose = P(s.truffle(40), 0.62, -0.62)
    return Shot(
        [P(box, 0, -0.15), lid, loose, P(forms.joined([*balls, *top]), 0, -0.15)],
        n.powder("#5a3422", 0.45, -0.72, 0.14, 0.02, luck.randint(1, 9)),
        height=29,
        fill=0.74,
    )


@second("cocoa-truffles")
def truffles_close(k: Look) -> Shot:
    balls = [
        P(s.truffle(i), x, y)
        for i, (x, y) in enumerate(((-0.36, 0.05), (0.02, 0.16), (0.4, 0.02), (-0.14, -0.26), (0.24, -0.32)))
    ]
    return Shot(
        [*balls, P(s.truffle(9), 0.04, -0.06, 0, 0.24)],
        n.powder("#5a3422", -0.4, -0.5, 0.2, 0.03, 2),
        height=27,
        fill=0.74,
        softness=1.6,
    )


# Biscuits and sweets


def square_box(k: Look, width: float = 1.3, height: float = 0.5) -> tuple[p.Prop, p.Prop]:
    """A square tin, open, and its lid standing behind it."""
    tin = materials.painted(k.body, 0.42)
    parts = [forms.block((width, width * 0.8, 0.03), tin, 0.01)]
    d, t_ = width * 0.8, 0.03
    for sx, sy, at in (
        (width, t_, (0, -d / 2, 0)),
        (width, t_, (0, d / 2, 0)),
        (t_, d, (-width / 2, 0, 0)),
        (t_, d, (width / 2, 0, 0)),
    ):
        parts.append(forms.block((sx, sy, height), tin, 0.012, at))
    art = materials.printed(k.label(width * 0.62, height * 0.72, layout="banded"))
    parts.append(forms.decal(width * 0.62, height * 0.72, art, Matrix.Translation((0, -d / 2 - 0.02, height / 2))))
    return forms.joined(parts), bx.box_lid(k, width + 0.04, d, 0.16)


@picture("butter-shortbread")
def shortbread(k: Look) -> Shot:
    tin, lid = square_box(k)
    fingers = [
        P(s.finger(i), (i % 2 - 0.5) * 0.62, -0.38 + (i // 2 % 4) * 0.25, 0, 0.04 + 0.14 * (i // 8) + 0.15) for i in range(16)
    ]
    group = P(forms.joined(fingers), 0.0, -0.05, 12)
    out = [P(s.finger(30), 0.1, -0.9, 28), P(s.finger(31), 0.24, -0.84, -8, 0.13)]
    return Shot([P(tin, 0, -0.05, 12), P(lid, -0.1, 0.72, 6, 0, 10), group, *out], height=28, fill=0.74)


@second("butter-shortbread")
def shortbread_stack(k: Look) -> Shot:
    stack = [
        P(s.finger(i), 0.03 * (i % 3 - 1), 0.14 * ((i % 2) * 2 - 1), 90 * ((i // 2) % 2) + 4 * (i % 3), 0.06 + 0.135 * (i // 2))
        for i in range(8)
    ]
    for i, piece in enumerate(stack):
        if (i // 2) % 2:
            piece.location.x, piece.location.y = 0.15 * ((i % 2) * 2 - 1), 0.02
    plate = P(v.plate(0.7, "#e9e1d3"), 0, 0)
    return Shot([plate, *stack], height=24, fill=0.74)


@picture("ginger-thins")
def thins(k: Look) -> Shot:
    box = P(bx.carton(k, (0.75, 0.5, 1.3)), -0.3, 0.2, 16)
    stack = [
        P(s.round_biscuit(seed=i), 0.42 + 0.012 * (i % 3 - 1), -0.35 + 0.01 * (i % 2), 20 * i, 0.048 * i) for i in range(11)
    ]
    bands = [
        forms.block((0.012, 0.71, 0.548), materials.cloth("#c9a876", 90), 0.004, (0.42, -0.35, 0)),
        forms.block((0.71, 0.012, 0.548), materials.cloth("#c9a876", 90), 0.004, (0.42, -0.35, 0)),
    ]
    return Shot([box, *stack, *bands], [*v.bow(0.42, -0.36, 0.56, "#c9a876", 0.16)], height=17)


@picture("oat-cranberry")
def oat(k: Look) -> Shot:
    bag = P(p.paper_bag(k, 0.95, 1.45, 0.5, ("#c99a5a", "#b98a4e", "#9c1f30")), -0.25, 0.25, 12)
    plate = P(v.plate(0.5, "#efe8da"), 0.36, -0.5)
    heap = [*s.oat_biscuit(1), *s.oat_biscuit(2), *s.oat_biscuit(3)]
    P(heap[0], 0.3, -0.46, 10, 0.05), P(heap[1], 0.46, -0.56, 60, 0.2), P(heap[2], 0.3, -0.62, 140, 0.12, 0, 6)
    return Shot([bag, plate], heap, height=20)


@second("oat-cranberry")
def oat_close(k: Look) -> Shot:
    made = [s.oat_biscuit(i)[0] for i in range(4)]
    P(made[0], -0.3, 0.15), P(made[1], 0.42, 0.2, 50), P(made[2], 0.05, -0.38, 120, 0.06, -12), P(made[3], 0.1, 0.1, 200, 0.2)
    return Shot(
        made,
        [*n.strew("flake", "#e0c692", -0.5, -0.55, 0.14, 12, 3), *n.strew("berry", "#9c1f30", 0.55, -0.5, 0.1, 4, 4)],
        height=34,
        fill=0.78,
        softness=1.4,
    )


@picture("almond-cantucci")
def cantucci(k: Look) -> Shot:
    box = P(bx.carton(k, (0.8, 0.5, 1.3)), -0.28, 0.25, -14)
    made = [
        P(s.cantuccio(1), 0.32, -0.5, -18),
        P(s.cantuccio(2), 0.36, -0.26, -6),
        P(s.cantuccio(3), 0.46, -0.4, 14, 0.27, 0, 5),
    ]
    return Shot([box, *made], n.strew("almond", "#b87f4a", -0.32, -0.62, 0.14, 4, 5), height=17)


@picture("honey-gingerbread")
def gingerbread(k: Look) -> Shot:
    tin, lid = bx.round_box(k, 0.62, 0.5, "dots")
    P(tin, -0.08, 0.3), P(lid, 0.42, 0.42, 0, 0.61, -70)
    made = [
        P(s.gingerbread("heart"), -0.28, -0.52, 8, 0, 0),
        P(s.gingerbread("star"), 0.42, -0.6, 20),
        P(s.gingerbread("heart", 0.3), 0.08, -0.78, -20, 0.0),
    ]
    inside = [
        P(s.gingerbread("star", 0.32), -0.2, 0.25, 10, 0.44, 10),
        P(s.gingerbread("heart", 0.34), 0.12, 0.32, -20, 0.47, 24),
    ]
    return Shot([tin, lid, *made], inside, height=32, fill=0.76)


@second("honey-gingerbread")
def gingerbread_flat(k: Look) -> Shot:
    made = [
        P(s.gingerbread("heart", 0.42), 0, 0.02, 6),
        P(s.gingerbread("star", 0.34), 0.72, 0.3, 20),
        P(s.gingerbread("star", 0.3), -0.68, 0.36, -10),
        P(s.gingerbread("heart", 0.3), -0.5, -0.52, 24),
        P(s.gingerbread("heart", 0.32), 0.56, -0.5, -22),
    ]
    return Shot(
        made, [*n.strew("anise", "#6b3a20", 0.05, -0.72, 0.1, 2, 3), P(gd.cinnamon(0.6), 0.05, 0.66, 14)], height=58, fill=0.8
    )


@picture("sunflower-halva")
def halva(k: Look) -> Shot:
    block, *bits = s.halva(k)
    return Shot([P(block, 0, 0, -18), P(ki.knife(1.2), -0.1, -0.78, -10)], bits, height=25, fill=0.78)


@picture("apple-pastila")
def pastila(k: Look) -> Shot:
    tray = P(bx.tray_box(k, (1.3, 0.75, 0.2), "#f4ead8"), -0.05, -0.2, 10)
    lid = P(bx.box_lid(k, 1.25, 0.8), -0.05, 0.45, 8, 0, 10)
    slices = P(forms.joined(s.pastila(k)), -0.03, -0.2, 10, 0.05)
    return Shot([tray, lid, slices, P(gd.whole_fruit("#c04a34", 0.24), 0.72, -0.5)], height=26, fill=0.76)


TOFFEES = ("#9a541d", "#a86226", "#8a4717")


@picture("salted-caramels")
def caramels(k: Look) -> Shot:
    def inside(radius: float, level: float) -> list[p.Prop]:
        luck = random.Random(2)
        rows = int((level - 0.06) / 0.115)
        spots = [(row, ring, k) for row in range(rows) for ring, many in ((0.2, 2), (0.5, 7), (0.82, 13)) for k in range(many)]
        return [
            P(
                s.caramel(colour=luck.choice(TOFFEES), wrapped=False),
                radius * ring * math.cos(angle),
                radius * ring * math.sin(angle),
                luck.uniform(0, 360),
                0.06 + row * 0.115,
                luck.uniform(-16, 16),
                luck.uniform(-16, 16),
                0.86,
            )
            for row, ring, k in spots
            for angle in [6.283 * k / {0.2: 2, 0.5: 7, 0.82: 13}[ring] + row * 0.7]
        ]

    jar = P(v.jar(k, "round", inside, full=0.84, lid="metal", lid_colour="#5b7c99"), -0.05, 0.1, 3)
    out = [
        P(s.caramel(colour=colour, wrapped=False), x, y, turn, z, 0, tilt, 1.15)
        for colour, x, y, turn, z, tilt in (
            (TOFFEES[0], -0.32, -0.66, -12, 0, 0),
            (TOFFEES[1], 0.0, -0.74, 24, 0, 0),
            (TOFFEES[0], 0.3, -0.62, -34, 0, 0),
            (TOFFEES[2], 0.56, -0.44, 50, 0, 0),
        )
    ]
    return Shot([jar, *out], n.strew("crystal", "#fbfaf6", 0.0, -0.84, 0.26, 26, 4))


@second("salted-caramels")
def caramels_close(k: Look) -> Shot:
    out = [
        P(s.caramel(wrapped=False), x, y, a, z)
        for x, y, a, z in (
            (-0.3, 0.1, 12, 0),
            (0.04, 0.16, -20, 0),
            (0.36, 0.02, 30, 0),
            (-0.12, -0.18, -6, 0),
            (0.2, -0.22, 18, 0),
            (0.02, 0.0, 40, 0.13),
        )
    ]
    return Shot(
        out,
        [
            *n.strew("crystal", "#fbfaf6", 0.02, 0, 0.3, 34, 4, 0.135),
            *n.strew("crystal", "#fbfaf6", 0, -0.4, 0.2, 20, 5),
            P(s.caramel(seed=5), -0.62, -0.3, 60),
        ],
        height=34,
        fill=0.74,
        softness=1.6,
    )


@picture("candied-orange")
def candied(k: Look) -> Shot:
    tray = P(bx.tray_box(k, (1.6, 0.75, 0.16), "#fff5e2"), 0, -0.15, -8)
    lid = P(bx.box_lid(k, 1.55, 0.7), 0.05, 0.5, -5, 0, 12)
    wheels = [P(s.dipped_orange(i), -0.55 + i * 0.22, 0.0, 8 * (i % 3) - 8, 0.1 + 0.02 * (i % 2), 0, -14) for i in range(6)]
    group = P(forms.joined(wheels), 0, -0.15, -8)
    return Shot([tray, lid, group, P(s.dipped_orange(9), 0.52, -0.82, 20)], height=32, fill=0.76)


@second("candied-orange")
def candied_close(k: Look) -> Shot:
    wheels = [
        P(s.dipped_orange(i), x, y, a, z, 0, r)
        for i, (x, y, a, z, r) in enumerate(
            (
                (-0.42, 0.2, 10, 0, 0),
                (0.22, 0.24, -25, 0.0, 0),
                (-0.08, -0.12, 30, 0.07, -8),
                (0.42, -0.24, -10, 0.04, -6),
                (-0.45, -0.45, 40, 0.0, 0),
            )
        )
    ]
    return Shot(wheels, n.strew("chunk", ["#2c170e"], 0.2, -0.66, 0.14, 10, 3), height=52, fill=0.8)
