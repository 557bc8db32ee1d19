"""Soap, balm, bath and candles."""

from __future__ import annotations

import forms
import materials
from forms import placed as P
from look import Look
from props import bottles as bo
from props import boxes as bx
from props import garden as gd
from props import kitchen as ki
from props import lights as l
from props import nature as n
from props import packaging as p
from props import soaps as so
from props import vessels as v

from sets.table import Shot, picture, second

LILAC = "#9c8bb8"


def pair(
    k: Look,
    flecks: str | None,
    word: str,
    ornament: str,
    relief: str | None = None,
    extras: list[p.Prop] | None = None,
    soapy: materials.bpy.types.Material | None = None,
) -> Shot:
    """A banded bar standing behind, a bare stamped one lying before it."""
    back = P(so.soap_bar(k, flecks=flecks, soapy=soapy), -0.08, 0.3, -10)
    front = P(so.stamped_soap(k, word, ornament, flecks=flecks, relief=relief), 0.22, -0.52, 18)
    return Shot([back, front], extras or [], height=27, fill=0.74)


@picture("olive-soap")
def olive(k: Look) -> Shot:
    cube = P(so.stamped_soap(k, "Olive", "sprig", (0.78, 0.78, 0.72)), 0.36, -0.34, 20)
    bar = P(so.soap_bar(k, size=(1.0, 0.55, 0.8)), -0.36, 0.3, -12)
    return Shot([cube, bar], [P(gd.sprig("olive", 4, 1.0), -0.75, -0.7, 8)], height=27)


@picture("lavender-soap")
def lavender(k: Look) -> Shot:
    stems = [P(gd.sprig("lavender", i, 1.0), -0.68, -0.62 - 0.07 * i, 4 + 7 * i) for i in range(3)]
    return pair(k, "#6f5b94", "Lavender", "flower", extras=stems)


@second("lavender-soap")
def lavender_close(k: Look) -> Shot:
    bars = [
        P(so.stamped_soap(k, "Lavender", "flower", flecks="#6f5b94"), 0, 0.0, 14),
        P(so.stamped_soap(k, "Lavender", "flower", flecks="#6f5b94"), 0.05, 0.05, -22, 0.42),
    ]
    return Shot(bars, [P(gd.sprig("lavender", i, 1.0), -0.8, -0.7 - 0.08 * i, 6 * i) for i in range(4)], height=36, fill=0.72)


@picture("honey-oat-soap")
def honey_oat(k: Look) -> Shot:
    return pair(k, "#f3e2b8", "Honey", "comb", "comb", n.strew("flake", ["#e6d2a4", "#d9bf88"], -0.5, -0.62, 0.2, 26, 4))


@second("honey-oat-soap")
def honey_oat_wet(k: Look) -> Shot:
    dish = P(v.plate(0.78, "#d8c9b0", 0.12), 0, 0)
    bar = P(so.stamped_soap(k, "Honey", "comb", flecks="#f3e2b8", relief="comb"), 0, 0.02, 24, 0.06)
    return Shot([dish, bar], n.strew("flake", ["#e6d2a4", "#d9bf88"], 0.5, -0.85, 0.2, 18, 5), height=38, fill=0.72)


@picture("coffee-scrub-soap")
def scrub(k: Look) -> Shot:
    return pair(k, "#1f1410", "Scrub", "bean", extras=n.strew("bean", ["#43270f", "#38200f"], -0.5, -0.6, 0.16, 8, 4))


@picture("juniper-soap")
def juniper(k: Look) -> Shot:
    bar = so.soap_bar(k)
    layer = forms.block((1.262, 0.512, 0.12), materials.soap("#cfd3d2"), 0.03, (0, 0, 0.5))
    layer.parent = bar
    front = P(so.stamped_soap(k, "Juniper", "drop"), 0.22, -0.52, 18)
    return Shot(
        [P(bar, -0.08, 0.3, -10), front],
        [*n.strew("berry", "#3a4763", -0.5, -0.62, 0.14, 8, 4), P(gd.sprig("juniper", 3, 0.6), -0.85, -0.75, 10)],
        height=27,
        fill=0.74,
    )


@picture("hand-wash")
def hand_wash(k: Look) -> Shot:
    return Shot(
        [P(bo.bottle(k, "pump", "#8a4c18", "pump", "#b8702c", glow=0.12), turn=10)],
        [P(gd.sprig("lavender", 3, 0.9), -0.3, -0.62, 10)],
        height=11,
        fill=0.78,
    )


@second("hand-wash")
def hand_wash_trio(k: Look) -> Shot:
    tints = (("#7a6aa0", "#f3eff7"), ("#c9702a", "#faeedd"), ("#3f5e4a", "#eef2e6"))
    heroes = [
        P(bo.bottle(k.but(colours=(c, paper)), "pump", "#8a4c18", "pump", "#b8702c", glow=0.12), x, y, a)
        for (c, paper), (x, y, a) in zip(tints, ((-0.82, 0.25, 14), (0, -0.25, 6), (0.84, 0.3, -10)))
    ]
    return Shot(heroes, height=13, fill=0.78)


def open_tin(wax: str, radius: float, height: float) -> p.Prop:
    """A low tin of balm with the mark of a finger."""
    metal = materials.metal("#c8c3b8", 0.28)
    r, h = radius, height
    body = forms.turned(
        forms.rounded([(0, 0), (r - 0.02, 0), (r, 0.02), (r, h), (r - 0.015, h), (r - 0.02, 0.03), (0, 0.03)], 0.012), metal
    )
    return forms.joined([body, v.swirl(r - 0.022, h * 0.84, wax, "spoon", 0.4)])


@picture("beeswax-hand-balm")
def balm(k: Look) -> Shot:
    closed = P(p.flat_tin(k, 0.55, 0.34), -0.35, 0.35, 12)
    return Shot([closed, P(open_tin("#e9c25a", 0.55, 0.24), 0.35, -0.42)], height=40, fill=0.74)


@picture("lip-balm")
def lip(k: Look) -> Shot:
    stack = [P(p.flat_tin(k, 0.36, 0.2), -0.25 + 0.02 * i, 0.1, 14 - 20 * i, 0.21 * i) for i in range(2)]
    return Shot([*stack, P(open_tin("#efd9c4", 0.36, 0.15), 0.45, -0.4)], height=34, fill=0.74)


@picture("lavender-bath-salt")
def bath_salt(k: Look) -> Shot:
    jar = P(v.jar(k, "round", v.gems("crystal", ["#f4f1f6", "#e9e4f0", "#a897c4"], 1100, 4), lid="cork"), -0.08, 0.1, 4)
    return Shot([jar, P(ki.scoop("crystal", ["#f4f1f6", "#d9cfe6", "#a897c4"]), 0.12, -0.78, -16)], height=19)


@second("lavender-bath-salt")
def bath_salt_scoop(k: Look) -> Shot:
    return Shot(
        [P(ki.scoop("crystal", ["#f4f1f6", "#d9cfe6", "#a897c4"]), -0.25, 0, -24)],
        [
            *n.strew("crystal", ["#f4f1f6", "#a897c4"], -0.5, -0.3, 0.25, 70, 3),
            *[P(gd.sprig("lavender", i, 1.0), -0.55, -0.62 - 0.08 * i, 5 * i - 6) for i in range(3)],
        ],
        height=36,
        fill=0.72,
    )


@picture("bath-tea")
def bath_tea(k: Look) -> Shot:
    bags = [
        P(so.muslin_bag(i * 3 + 1), x, y, a)
        for i, (x, y, a) in enumerate(((-0.42, 0.28, 10), (0.48, 0.24, -20), (0.02, -0.42, 4)))
    ]
    return Shot(
        bags,
        [
            *n.strew("petal", ["#e9891c", "#f0a63a"], -0.42, -0.72, 0.16, 14, 4),
            *n.strew("flake", "#e6d2a4", 0.55, -0.62, 0.16, 14, 5),
        ],
        height=22,
    )


@picture("almond-bath-oil")
def bath_oil(k: Look) -> Shot:
    bottle = P(bo.bottle(k, "small", "#eba63c", "cork", glow=0.36), -0.06, 0.05, 5)
    return Shot(
        [bottle],
        [*n.strew("almond", "#b87f4a", 0.38, -0.52, 0.14, 5, 4), P(gd.wheel("orange", 0.2), -0.4, -0.5)],
        height=14,
        fill=0.72,
    )


# Candles


@picture("candle-black-tea-fig")
def tea_fig(k: Look) -> Shot:
    candle = P(l.candle_jar(k, tint="#6a3344"), -0.1, 0.1, 3)
    return Shot(
        [candle, P(gd.half_fruit("fig", 0.22), 0.5, -0.45, -22)],
        n.strew("twisted", ["#2b1a12", "#3a2418"], -0.4, -0.62, 0.18, 26, 4),
        height=16,
        light=0.72,
    )


@picture("candle-fireside")
def fireside(k: Look) -> Shot:
    logs = [
        P(gd.log(1.0, 0.15), -0.35, 0.95, 14),
        P(gd.log(0.9, 0.13), 0.1, 1.0, -8),
        P(gd.log(0.9, 0.12), -0.12, 0.95, 4, 0.25),
    ]
    candle = P(l.candle_jar(k.but(colours=("#2a2624", "#efe2d0", "#a8481c")), vessel="tin"), 0, 0)
    return Shot([candle, *logs], height=17, light=0.62, fill=0.74)


@second("candle-fireside")
def fireside_dark(k: Look) -> Shot:
    return Shot(
        [P(l.candle_jar(k.but(colours=("#2a2624", "#efe2d0", "#a8481c")), vessel="tin"), 0, 0, 8)],
        height=30,
        light=0.34,
        fill=0.66,
        ground="#6b5a4c",
    )


@picture("candle-fresh-linen")
def linen(k: Look) -> Shot:
    cloth = P(ki.towel("#f2efe8", "#9db4c0", 1.6, 1.2, 3), 0, 0.05, 8)
    candle = P(l.candle_jar(k.but(colours=("#f4f4f0", "#dfe7ea", "#55656e")), lit=False, vessel="ceramic"), 0, 0.02, -4, 0.24)
    return Shot([candle, cloth], height=25, fill=0.78)


@picture("candle-orange-clove")
def orange_clove(k: Look) -> Shot:
    candle = P(l.candle_jar(k, tint="#d98a3c"), -0.14, 0.12, 4)
    return Shot(
        [candle, P(gd.whole_fruit("#e07a20", 0.3, cloves=True), 0.56, -0.32), P(gd.cinnamon(0.7), -0.3, -0.62, 16)],
        height=15,
        light=0.72,
    )


@second("candle-orange-clove", "candle-black-tea-fig")
def candle_close(k: Look) -> Shot:
    tint = "#d98a3c" if "orange" in k.slug else "#6a3344"
    return Shot([P(l.candle_jar(k, tint=tint), 0, 0, 6)], height=34, light=0.36, fill=0.78, ground="#8a7768")


@picture("beeswax-tapers")
def tapers(k: Look) -> Shot:
    holder = P(l.candlestick(), -0.1, 0.2)
    stand = P(l.taper(k.body, 1.9, True), -0.1, 0.2, 0, 0.34)
    lying = [P(l.taper(k.body, 1.5), -0.55, -0.5 - 0.16 * i, 6 - 4 * i, 0.09, 0, 90) for i in range(2)]
    return Shot([holder, stand, *lying], height=14, light=0.8, fill=0.8)


@picture("beeswax-pillar")
def pillar(k: Look) -> Shot:
    trio = [
        P(l.pillar(k.body, 0.3, 1.5, True, 1), -0.1, 0.3),
        P(l.pillar(k.body, 0.3, 1.0, False, 2), 0.5, -0.15),
        P(l.pillar(k.body, 0.3, 0.65, False, 3), -0.5, -0.35),
    ]
    return Shot(trio, height=15, light=0.72)


@second("beeswax-pillar")
def pillar_close(k: Look) -> Shot:
    return Shot([P(l.pillar(k.body, 0.34, 0.95, True, 1), 0, 0)], height=26, light=0.34, fill=0.7, ground="#7d6a58")


@picture("honeycomb-candles")
def comb_candles(k: Look) -> Shot:
    four = [
        P(l.rolled(k.body), x, y, a)
        for x, y, a in ((-0.22, 0.2, 20), (0.22, 0.22, 80), (-0.24, -0.22, 200), (0.21, -0.21, 140))
    ]
    loop = [
        (0.46 * x, 0.45 * y, 0.46)
        for x, y in (
            (-0.62, -0.93),
            (0.62, -0.93),
            (0.95, -0.5),
            (0.95, 0.5),
            (0.6, 0.92),
            (-0.6, 0.92),
            (-0.95, 0.5),
            (-0.95, -0.5),
            (-0.62, -0.93),
        )
    ]
    twine = [
        forms.tube([(x, y, z + 0.035 * i) for x, y, z in loop], 0.016, materials.cloth("#c9a876", 90), 8, 1, 6, (0, 0, 1))
        for i in range(2)
    ]
    return Shot(four, [*twine, *v.bow(0, -0.46, 0.48, "#c9a876", 0.24)], height=26, fill=0.7)


@picture("tealights-24")
def tealights(k: Look) -> Shot:
    box = bx.tray_box(k.but(colours=("#b8905f", "#f7f1e3")), (1.7, 1.15, 0.22), "#a98352")
    lights = [P(l.tealight(), (i - 1.5) * 0.4, (j - 1) * 0.36, 0, 0.06) for i in range(4) for j in range(3)]
    group = P(forms.joined([box, *lights]), 0, 0.2, 10)
    front = [P(l.tealight(True), x, y) for x, y in ((-0.5, -0.75), (0.0, -0.86), (0.48, -0.7))]
    lid = P(bx.box_lid(k.but(colours=("#b8905f", "#f7f1e3", "#7a4a2a")), 1.6, 0.9), 0, 0.95, 6, 0, 10)
    return Shot([group, *front, lid], height=32, light=0.78, fill=0.76)


@picture("brass-candlestick")
def candlestick(k: Look) -> Shot:
    return Shot(
        [P(l.candlestick(), 0, 0, -24), P(l.taper("#efe2c4", 1.35, True), 0, 0, 0, 0.34)], height=17, light=0.8, fill=0.76
    )


@second("brass-candlestick")
def candlestick_bare(k: Look) -> Shot:
    return Shot(
        [P(l.candlestick(), 0, 0, -30)], [P(l.taper("#efe2c4", 1.3), -0.65, -0.62, 12, 0.09, 0, 90)], height=27, fill=0.66
    )


@picture("wick-trimmer")
def trimmer(k: Look) -> Shot:
    tool = P(l.trimmer(), 0.15, -0.25, 128)
    candle = P(
        l.candle_jar(
            k.but(name="Fireside", detail="Scented candle", colours=("#efe2d0", "#f5efe4", "#8a5a3a")), False, "ceramic"
        ),
        -0.15,
        0.95,
        4,
    )
    return Shot([tool, candle], height=34, fill=0.78)
