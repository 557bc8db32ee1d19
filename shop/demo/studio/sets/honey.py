"""Honey, preserves and syrups."""

from __future__ import annotations

import random

import forms
from forms import placed as P
from look import Look
from props import bottles as bo
from props import garden as gd
from props import kitchen as ki
from props import nature as n
from props import packaging as p
from props import sweets as s
from props import tableware as t
from props import vessels as v

from sets.table import Shot, picture, second


def thread(x: float, y: float, top: float, bottom: float, colour: str) -> p.Prop:
    """Honey running down in a string."""
    return forms.tube(
        [(x, y, top), (x, y, (top + bottom) / 2), (x + 0.01, y, bottom)], [0.03, 0.012, 0.016], v.honey(colour, 0.3), 12
    )


@picture("acacia-honey")
def acacia(k: Look) -> Shot:
    return Shot([P(v.jar(k, "hex", syrup="#f2c040", glow=0.42), turn=8)], height=14, fill=0.7)


@second("acacia-honey")
def acacia_spoon(k: Look) -> Shot:
    bowl = P(v.bowl(0.55, 0.3, "#f4efe4"), 0, 0)
    pool = forms.turned([(0.44, 0.0), (0.4, 0.005), (0, 0.004)], v.honey("#f0bc3a", 0.3), 64)
    stick = P(t.dipper(), 0.1, 0.05, 0, 0.16, 0, 58)
    return Shot(
        [bowl, stick, P(v.jar(k, "hex", syrup="#f2c040", glow=0.42), -0.5, 1.05, 14)], [P(pool, z=0.17)], height=28, fill=0.76
    )


@picture("linden-honey")
def linden(k: Look) -> Shot:
    leaf = P(gd.sprig("linden", 5, 0.55), -0.42, -0.72, 10)
    return Shot([P(v.jar(k, "hex", syrup="#e9a51e", glow=0.34), turn=-9), leaf], height=15)


@picture("buckwheat-honey")
def buckwheat(k: Look) -> Shot:
    jar = P(v.jar(k, "hex", syrup="#7c320a", glow=0.4), -0.08, 0.16, 4)
    stick = P(t.dipper(), -0.3, -0.86, -8, 0.12, 0, 86)
    return Shot([jar, stick], [P(s.puddle(0.2, "#5a270c", 2), -0.4, -0.88)], height=20, light=1.1)


@second("buckwheat-honey")
def buckwheat_thread(k: Look) -> Shot:
    jar = P(v.jar(k, "hex", syrup="#6b2a08", glow=0.32, lid="none"), 0, 0, 6)
    stick = P(t.dipper(), 0.06, 0, 0, 1.62, 0, 24)
    return Shot([jar, stick], [thread(0.06, 0, 1.66, 0.84, "#5a2a0c")], height=12, fill=0.78)


@picture("creamed-sunflower-honey")
def creamed(k: Look) -> Shot:
    jar = P(v.jar(k, "low", syrup="#f0d27c", opaque=True, lid="none", full=0.8))
    lid = P(forms.joined(v.LIDS["metal"](k, 0.54, 0.0, p.BRASS)), 0.62, -0.5, 0, -0.02)
    return Shot([jar, lid], [s_top(0.555, 0.5, "#f2d888", "spoon")], height=27, fill=0.74)


def s_top(radius: float, level: float, colour: str, mark: str = "swirl") -> p.Prop:
    return v.swirl(radius, level, colour, mark)


@picture("cut-honeycomb")
def comb(k: Look) -> Shot:
    board = P(ki.board(1.9, 1.4, 0.09), 0, 0, 6)
    cake = P(s.honeycomb(1.1), 0, 0.05, -12, 0.09)
    return Shot([cake, board], [P(s.puddle(0.34, "#d98a14", 3), -0.35, -0.5, 0, 0.09)], height=36, fill=0.76)


@second("cut-honeycomb")
def comb_close(k: Look) -> Shot:
    cake = P(s.honeycomb(1.1), 0, 0, 28)
    return Shot([cake], [P(s.puddle(0.45, "#d98a14", 5), -0.45, -0.6, 0, 0.0)], height=46, fill=0.84, softness=2.0)


@picture("walnuts-in-honey")
def walnuts(k: Look) -> Shot:
    jar = P(
        v.jar(k, "round", lambda r, h: v.drowned("walnut", ["#a8743c", "#8f5f2f"], r, 0.18, h, 22, 3), "#dd9224", glow=0.22),
        turn=4,
    )
    nuts = [P(gd.whole_fruit("#b98d5a", 0.17, False), 0.48, -0.6), P(gd.whole_fruit("#ad8050", 0.16, False), 0.16, -0.74, 40)]
    return Shot([jar, *nuts])


@picture("sour-cherry-preserve")
def cherry(k: Look) -> Shot:
    jar = P(
        v.jar(
            k.but(note="gingham"),
            "round",
            lambda r, h: v.drowned("berry", ["#5c0716", "#74101f"], r, 0.14, h, 40, 4),
            "#7e0f22",
            glow=0.12,
            lid="cloth",
            lid_colour="#a5273f",
        ),
        -0.06,
        0.08,
        -4,
    )
    return Shot([jar, P(gd.cherries(), 0.52, -0.56, 20)])


@second("sour-cherry-preserve")
def cherry_spoon(k: Look) -> Shot:
    dish = P(v.bowl(0.5, 0.26, "#f4efe4"), 0, 0)
    fruit = n.heap("berry", ["#6b0a1c", "#84142a"], 0, 0, 0.34, 0.1, 34, 5, 0.12, 0.0)
    jar = P(
        v.jar(k.but(note="gingham"), "round", None, "#7e0f22", glow=0.12, lid="cloth", lid_colour="#a5273f"), 0.45, 1.05, -8
    )
    return Shot(
        [dish, jar, P(gd.cherries(), -0.62, -0.4)],
        [*fruit[1:], P(forms.turned([(0.4, 0), (0, 0.004)], v.honey("#6b0a1c", 0.12), 60), z=0.15)],
        height=28,
        fill=0.76,
    )


@picture("rose-petal-jam")
def rose(k: Look) -> Shot:
    jar = P(
        v.jar(
            k,
            "low",
            lambda r, h: v.drowned("petal", ["#c43a66", "#d9688a"], r, 0.12, h, 30, 4),
            "#d4567b",
            glow=0.22,
            lid="metal",
            lid_colour="#d9a9a0",
        )
    )
    return Shot([jar], n.strew("petal", ["#e08aa6", "#d4567b", "#eeb4c4"], 0.15, -0.84, 0.24, 13, 4), height=17)


@picture("apricot-jam")
def apricot(k: Look) -> Shot:
    jar = P(v.jar(k, "round", None, "#ee8f26", glow=0.36, lid="cloth", lid_colour="#efe2c6"), -0.05, 0.08, 4)
    return Shot(
        [jar, P(gd.half_fruit("apricot", 0.24), 0.52, -0.5, -20)], [*n.strew("almond", "#b98350", -0.35, -0.7, 0.14, 3, 4)]
    )


@second("apricot-jam")
def apricot_toast(k: Look) -> Shot:
    plate = P(v.plate(0.85, "#efe8da", 0.08), 0, 0)
    bread = forms.block((0.95, 0.75, 0.12), s.baked("#c08a4c"), 0.08, segments=4)
    crumb = forms.block((0.86, 0.66, 0.02), s.baked("#ecd3a0"), 0.06, (0, 0, 0.115))
    toast = P(forms.joined([bread, crumb]), 0, 0, 18, 0.05)
    jam = P(s.puddle(0.38, "#f09a2c", 4), 0, 0, 18, 0.175)
    jar = P(v.jar(k, "round", None, "#ee8f26", glow=0.36), -0.45, 1.35, 8)
    return Shot([plate, toast, jar], [jam, P(ki.knife(), 0.15, -0.72, 8, 0.085)], height=32, fill=0.78)


@picture("plum-butter")
def plum(k: Look) -> Shot:
    spoon = P(ki.scoop(None), 0.3, -0.6, 24, 0, 0, 0, 0.66)
    blob = n.core(0.3, -0.6, 0.13, 0.07, "#2b1019", 2, 0.105)
    return Shot([P(v.crock(k), -0.12, 0.1, 4)], [spoon, blob], height=17, fill=0.6)


@picture("green-walnut-preserve")
def green_walnut(k: Look) -> Shot:
    jar = P(
        v.jar(
            k,
            "round",
            lambda r, h: v.drowned("hazelnut", ["#2c2f14", "#3b3a18"], r, 0.16, h, 22, 6),
            "#48240a",
            glow=0.26,
            lid="metal",
        ),
        turn=-5,
    )
    return Shot(
        [jar, P(gd.whole_fruit("#8c9a45", 0.19, False), 0.48, -0.6)],
        [P(gd.leaf_on(random.Random(3), "#6f8a3c", 0.5, 0.22), 0.2, -0.72, -25, 0.03)],
    )


@picture("sea-buckthorn-syrup")
def buckthorn(k: Look) -> Shot:
    bottle = P(bo.bottle(k, "swing", "#f07c12", "swing", glow=0.34), -0.05, 0.05, 4)
    return Shot([bottle], [P(gd.sprig("buckthorn", 3, 0.9), -0.36, -0.52, 12)], height=12, fill=0.76)


@second("sea-buckthorn-syrup")
def buckthorn_glass(k: Look) -> Shot:
    glass = P(t.tumbler("#f28a1e", 0.8, 0.34, 0.82, True, 0.34), 0, 0)
    bottle = P(bo.bottle(k, "swing", "#f07c12", "swing", glow=0.34), -0.42, 0.5, 8)
    return Shot([P(glass, 0.45, -0.2), bottle], [P(gd.sprig("buckthorn", 5, 0.8), -0.5, -0.5, -10)], height=17, fill=0.76)


@picture("elderflower-cordial")
def elder(k: Look) -> Shot:
    bottle = P(bo.bottle(k, "tall", "#efe4a2", "swing", glow=0.2), -0.22, 0.1, -4)
    glass = P(t.tumbler("#f2eabc", 0.72, 0.28, 0.8, True, 0.16), 0.5, -0.32)
    return Shot([bottle, glass], [P(gd.sprig("elder", 3, 0.5), -0.4, -0.62, -8)], height=13, fill=0.76)


@picture("hazelnut-spread")
def hazelnut(k: Look) -> Shot:
    jar = P(v.jar(k, "low", syrup="#4a2614", opaque=True, lid="none", full=0.8), -0.05, 0.1)
    return Shot(
        [jar, P(ki.knife(1.1), 0.1, -0.85, 10)],
        [P(v.swirl(0.555, 0.5, "#4f2a17"), -0.05, 0.1), *n.strew("hazelnut", "#b9804a", 0.55, -0.5, 0.16, 4, 3)],
        height=27,
        fill=0.74,
    )


@second("hazelnut-spread")
def hazelnut_bread(k: Look) -> Shot:
    slice_ = P(
        forms.joined(
            [
                forms.block((1.15, 0.8, 0.13), s.baked("#a97a42"), 0.09, segments=4),
                forms.block((1.05, 0.7, 0.03), s.baked("#e6cb98"), 0.07, (0, 0, 0.115)),
            ]
        ),
        0,
        0,
        -16,
    )
    spread = P(v.swirl(0.42, 0.0, "#4f2a17"), 0, 0, 0, 0.15)
    spread.scale = (1.1, 0.76, 1)
    jar = P(v.jar(k, "low", syrup="#4a2614", opaque=True), -0.3, 1.1, 10)
    return Shot([slice_, jar], [spread, *n.strew("hazelnut", "#b9804a", 0.55, -0.62, 0.2, 4, 5)], height=32, fill=0.76)
