"""Teas."""

from __future__ import annotations

import math
import random

from forms import placed as P
from look import Look
from props import boxes as bx
from props import garden as gd
from props import kitchen as ki
from props import nature as n
from props import packaging as p
from props import pots as po
from props import tableware as t
from props import vessels as v

from sets.table import Shot, picture, second

DARK = ["#2b1a12", "#3a2418", "#4b2f1c", "#22150f"]
TIPPED = [*DARK, *DARK, "#b98437"]
GREEN = ["#4d5a2c", "#5f6b35", "#3e4a26"]
OOLONG = ["#4a4a2a", "#3b3a22", "#5a4a2c"]


@picture("assam-golden-tips")
def assam(k: Look) -> Shot:
    tin = P(p.tin(k, lid="knob"), turn=5)
    return Shot([tin], n.heap("twisted", TIPPED, 0.28, -0.72, 0.3, 0.1, 170, 1))


@second("assam-golden-tips")
def assam_cup(k: Look) -> Shot:
    tin = P(p.tin(k, lid="knob"), -0.45, 0.5, -8)
    cup = P(t.cup("#faf8f3", t.BLACK_TEA, "#8c3a24"), 0.5, -0.45, -25)
    return Shot([tin, cup], n.strew("twisted", TIPPED, -0.4, -0.75, 0.3, 40, 2), height=24, fill=0.74)


@picture("ceylon-high-grown")
def ceylon(k: Look) -> Shot:
    tin = P(p.square_tin(k), -0.22, 0.12, 18)
    glass = P(t.tumbler("#c9671c", 0.72, 0.29), 0.62, -0.35)
    return Shot([tin, glass], n.strew("twisted", DARK, -0.35, -0.85, 0.2, 26, 3), height=13)


@picture("earl-grey-bergamot")
def earl_grey(k: Look) -> Shot:
    tin = P(p.tin(k, 0.45, 1.25), -0.12, 0.1, 6)
    fruit = P(gd.half_fruit("bergamot", 0.27), 0.5, -0.5, -24)
    return Shot([tin, fruit], n.strew("twisted", [*DARK, "#3d5a8a"], -0.35, -0.75, 0.2, 30, 4), height=12)


@second("earl-grey-bergamot")
def earl_grey_cup(k: Look) -> Shot:
    cup = P(t.cup("#f4f1ea", "#a4501a", "#2f4a63"), 0, 0, -30)
    slices = [P(gd.wheel("bergamot", 0.26), -0.72, -0.5), P(gd.wheel("bergamot", 0.26), -0.6, -0.66, 40, 0.05, 12)]
    return Shot([cup, *slices], n.strew("twisted", [*DARK, "#3d5a8a"], 0.62, -0.72, 0.22, 30, 6), height=38, fill=0.66)


@picture("darjeeling-first-flush")
def darjeeling(k: Look) -> Shot:
    return Shot(
        [P(p.pouch(k), turn=-10)], n.strew("flat", ["#6b6a35", "#7c6a3a", "#56562c", "#8a8a4c"], -0.1, -0.72, 0.26, 70, 5)
    )


@second("darjeeling-first-flush")
def darjeeling_bowl(k: Look) -> Shot:
    bowl = P(v.bowl(0.55, 0.34, "#e9e3d6"), 0, 0)
    leaf = n.spread_of("flat", ["#6b6a35", "#7c6a3a", "#56562c", "#8a8a4c"], 0.42, 170, 4, 0.24, 0.06)
    pouch = P(p.pouch(k), -0.3, 0.95, 10)
    return Shot([bowl, pouch], [*leaf, *n.strew("flat", ["#6b6a35", "#7c6a3a"], 0.55, -0.45, 0.2, 22, 8)], height=25, fill=0.76)


@picture("lapsang-souchong")
def lapsang(k: Look) -> Shot:
    tin = P(p.square_tin(k, 0.8, 1.15), 0, 0.1, -16)
    sticks = [P(gd.stick(0.85, 0.035, 3), 0.3, -0.62, 14), P(gd.stick(0.7, 0.03, 4, "#6b4c33"), 0.42, -0.5, -12, 0.05)]
    return Shot([tin, *sticks], n.strew("twisted", ["#1c1512", "#2a1d16"], -0.4, -0.7, 0.22, 50, 5))


@picture("lane-breakfast")
def breakfast(k: Look) -> Shot:
    return Shot([P(p.tin(k, 0.46, 1.5), turn=-4)], n.strew("twisted", DARK, 0.38, -0.66, 0.22, 46, 6), height=11)


@second("lane-breakfast")
def breakfast_mug(k: Look) -> Shot:
    tin = P(p.tin(k, 0.46, 1.5), -0.46, 0.35, 10)
    mug = P(t.mug("#d8c9b0", "#8f4413"), 0.52, -0.35, -20)
    return Shot([tin, mug], [P(t.steam(0.9, 0.5, 2, 0.3), 0.52, -0.3, 0, 0.85)], height=17)


@picture("masala-chai")
def chai(k: Look) -> Shot:
    jar = P(v.jar(k, "round", v.gems("twisted", [*DARK, *DARK, "#a3ad78", "#a5683a"], 620, 2), lid="cork"), turn=4)
    spice = [P(gd.cinnamon(0.7), -0.5, -0.7, 24), P(gd.cinnamon(0.6, 0.04), -0.42, -0.82, 14)]
    return Shot(
        [jar, *spice],
        [
            *n.strew("anise", "#6b3a20", 0.35, -0.72, 0.2, 3, 3),
            *n.strew("cardamom", ["#a3ad78", "#8f9a66"], 0.1, -0.86, 0.14, 5, 4),
        ],
    )


@second("masala-chai")
def chai_glass(k: Look) -> Shot:
    glass = P(t.tumbler("#b5713c", 0.85, 0.34, 0.86), 0, 0)
    foam = P(t.froth(0.325, 0.0, "#c58f5c", "#e2bd92"), z=0.75)
    spice = [P(gd.cinnamon(0.7), -0.2, -0.45, 18), *n.strew("anise", "#6b3a20", 0.36, -0.35, 0.12, 2, 7)]
    return Shot(
        [glass, spice[0]],
        [foam, *spice[1:], *n.strew("cardamom", "#a3ad78", 0.2, -0.62, 0.2, 6, 4), P(t.steam(0.8, 0.5, 4, 0.3), z=0.8)],
        height=24,
        fill=0.64,
    )


@picture("georgian-village")
def georgia(k: Look) -> Shot:
    pouch = P(p.pouch(k), turn=9)
    return Shot([pouch], [*n.heap("twisted", ["#2a1a14", "#35211a", "#4a2c1e"], -0.3, -0.72, 0.26, 0.09, 120, 7)])


@picture("spring-sencha")
def sencha(k: Look) -> Shot:
    tin = P(p.tin(k, 0.52, 0.86, "slip"), -0.18, 0.18, 4)
    dish = P(v.plate(0.36, "#f4f1ea", 0.08, 0.1), 0.48, -0.52)
    return Shot(
        [tin, dish], n.heap("needle", ["#3f5a24", "#4f6e2c", "#5d7a36"], 0.48, -0.52, 0.22, 0.08, 150, 3, 0.05, 0.0), height=19
    )


@second("spring-sencha")
def sencha_bowl(k: Look) -> Shot:
    bowl = P(t.tea_bowl("#dfe4dc", "#c2c25a"), 0, 0)
    tin = P(p.tin(k, 0.52, 0.86), -0.5, 0.85, 10)
    return Shot(
        [bowl, tin], [*n.strew("needle", ["#3f5a24", "#4f6e2c", "#5d7a36"], 0.45, -0.4, 0.22, 70, 3)], height=25, fill=0.74
    )


@picture("jasmine-pearls")
def jasmine(k: Look) -> Shot:
    jar = P(
        v.jar(
            k,
            "round",
            v.gems("rolled", ["#6e7454", "#8a8d6b", "#5c6344", "#aeb08c"], 900, 3),
            lid="metal",
            lid_colour="#bdbab4",
        )
    )
    return Shot(
        [jar],
        [
            *n.strew("jasmine", "#e9e6da", 0.42, -0.68, 0.2, 5, 3),
            *n.strew("rolled", ["#6e7454", "#8a8d6b"], -0.36, -0.72, 0.2, 22, 4),
        ],
    )


@picture("moroccan-mint")
def moroccan(k: Look) -> Shot:
    return Shot([P(p.square_tin(k, 0.84, 1.2), 0, 0.1, 17), P(gd.sprig("mint", 3, 0.8), -0.36, -0.66, 10)], height=15)


@picture("genmaicha")
def genmaicha(k: Look) -> Shot:
    pouch = P(p.pouch(k.but(note="kraft"), paper=k.body), turn=-8)
    spill = n.heap("needle", ["#4d5b2c", "#5f6d38"], 0.2, -0.72, 0.3, 0.07, 110, 8)
    return Shot([pouch], [*spill, *n.strew("grain", ["#e8d5a0", "#d9b56c", "#f5ecd0"], 0.2, -0.74, 0.3, 36, 4, 0.03)])


@picture("everyday-matcha")
def matcha(k: Look) -> Shot:
    white = k.but(colours=("#f3f0e4", "#f7f5e8", "#4d7a26"))
    tin = P(p.tin(white, 0.36, 0.62, lid_on=False), -0.2, 0.15, 8)
    lid = P(p.tin(white, 0.36, 0.14, "flat"), -0.42, -0.5, 0, 0)
    bowl = P(v.bowl(0.4, 0.24, "#4a4c46"), 0.4, -0.34)
    return Shot(
        [tin, bowl, lid],
        [*n.powder("#7fae3a", 0.4, -0.34, 0.27, 0.16, 2, 0.06), n.core(-0.2, 0.15, 0.32, 0.06, "#7fae3a", 1, 0.52)],
        height=26,
        fill=0.66,
    )


@second("everyday-matcha")
def matcha_bowl(k: Look) -> Shot:
    bowl = P(t.tea_bowl("#3d3f3a", None, 0.55, 0.44), 0, 0)
    return Shot([bowl, P(t.froth(0.5, 0.0, "#86ad4a", "#a9c877", 3), z=0.34), P(t.whisk(), 0.85, 0.35)], height=34, fill=0.74)


@picture("dragon-well")
def longjing(k: Look) -> Shot:
    tin = P(p.tin(k, 0.4, 1.35), turn=-6)
    leaves = [
        P(
            n.flat_leaf(random.Random(i), ["#7c8a44", "#8f9a55", "#6a7a3c"][i % 3], 0.11, 0.026, 0.1),
            0.05 + 0.42 * math.sin((i - 9) * 0.13),
            -0.6 - 0.16 * math.cos((i - 9) * 0.13),
            90 - (i - 9) * 7.5,
            0.02,
        )
        for i in range(19)
    ]
    return Shot([tin], leaves, height=16)


@picture("milk-oolong")
def milk_oolong(k: Look) -> Shot:
    jar = P(v.jar(k, "squat", v.gems("rolled", [*OOLONG, "#6b6a3c"], 800, 5), lid="cork"), turn=3)
    return Shot([jar], n.strew("rolled", [*OOLONG, "#6b6a3c"], 0.1, -0.86, 0.24, 40, 5), height=17)


@second("milk-oolong")
def milk_oolong_gaiwan(k: Look) -> Shot:
    return Shot([P(t.gaiwan(), turn=20)], n.strew("rolled", OOLONG, 0.4, -0.75, 0.2, 34, 6), height=30, fill=0.6)


@picture("da-hong-pao")
def da_hong_pao(k: Look) -> Shot:
    stone = P(ki.slate(1.5, 1.15), 0.06, 0)
    tin = P(p.square_tin(k, 0.8, 1.15), -0.1, 0.1, 14, 0.085)
    return Shot(
        [tin, stone],
        n.heap("twisted", ["#241a14", "#31231a", "#1d1511"], 0.4, -0.36, 0.18, 0.06, 80, 9, 0.09),
        height=18,
        fill=0.7,
    )


@picture("tie-guan-yin")
def guan_yin(k: Look) -> Shot:
    pouch = P(p.pouch(k), -0.08, 0.1, -11)
    return Shot([pouch], [*n.heap("rolled", ["#41512f", "#56653a", "#36452a"], 0.32, -0.7, 0.26, 0.1, 130, 3)])


@picture("white-peony")
def peony(k: Look) -> Shot:
    tin = P(p.tin(k.but(colours=("#c98f8f", "#ede6dd", "#5e5148")), 0.56, 0.95), 0, 0.1, 5)
    return Shot([tin], n.heap("flat", ["#8a9072", "#a9ab8c", "#6f745a", "#c3c1a6"], 0.3, -0.8, 0.3, 0.1, 70, 4), height=17)


@picture("silver-needle")
def silver(k: Look) -> Shot:
    tin = P(p.tin(k.but(colours=("#c9ccc8", "#f7f6f1", "#5c625f")), 0.4, 0.85), 0, 0.1)
    return Shot([tin], n.strew("bud", ["#b9bfa6", "#c9ccb6", "#a3ab8c"], 0.0, -0.58, 0.16, 52, 4, stretch=2.6), height=19)


@picture("whole-chamomile")
def chamomile(k: Look) -> Shot:
    jar = P(v.jar(k, "tall", v.gems("daisy", "#fffaf0", 240, 4), lid="cloth", lid_colour="#e6dcc8"), turn=-4)
    return Shot([jar], n.strew("daisy", "#fffdf3", 0.3, -0.66, 0.26, 11, 4))


@second("whole-chamomile")
def chamomile_cup(k: Look) -> Shot:
    cup = P(t.cup("#f6f2e8", "#d3a53a", "#c9a75b"), 0, 0, 30)
    return Shot(
        [cup],
        [*n.strew("daisy", "#fffdf3", -0.5, -0.62, 0.24, 9, 5), *n.strew("daisy", "#fffdf3", 0.04, 0.0, 0.16, 3, 6, 0.5, 1.0)],
        height=40,
        fill=0.62,
    )


@picture("mountain-mint")
def mountain_mint(k: Look) -> Shot:
    pouch = P(p.pouch(k), turn=8)
    return Shot(
        [pouch, P(gd.sprig("mint", 8, 0.7), 0.05, -0.66, -12)],
        n.strew("flat", ["#56663a", "#6b7a48", "#47552f"], -0.36, -0.7, 0.22, 26, 9),
    )


@picture("rooibos-vanilla")
def rooibos(k: Look) -> Shot:
    tin = P(p.tin(k, 0.47, 1.15, "knob"), turn=-5)
    pods = [P(gd.vanilla(0.14), -0.12, -0.62, 8), P(gd.vanilla(-0.1, 1.0), -0.08, -0.72, -3)]
    return Shot([tin, *pods], n.heap("needle", ["#8c3418", "#a2451f", "#73290f"], 0.46, -0.66, 0.22, 0.08, 140, 3))


@picture("linden-blossom")
def linden(k: Look) -> Shot:
    bag = P(p.paper_bag(k, 0.92, 1.45, 0.5, ("#d8cf9a", "#b9b670", "#eee6b8"), "#cfae7c"), turn=10)
    return Shot([bag, P(gd.sprig("linden", 4, 0.55), -0.35, -0.64, 14)])


@picture("orchard-fruit")
def orchard(k: Look) -> Shot:
    jar = P(
        v.jar(
            k,
            "round",
            v.gems("chunk", ["#8e1f33", "#a5273f", "#d9973f", "#e2b765", "#5b1522"], 620, 4),
            lid="metal",
            lid_colour="#a5273f",
        ),
        turn=3,
    )
    extras = [
        *n.strew("berry", "#a32a22", 0.5, -0.64, 0.14, 4, 4),
        *n.strew("chunk", ["#8e1f33", "#d9973f"], 0.05, -0.82, 0.2, 18, 5),
    ]
    return Shot(
        [jar, P(gd.wheel("apple", 0.24, 0.05), -0.36, -0.7, 0, 0)],
        [*extras, P(gd.wheel("apple", 0.22, 0.05), -0.22, -0.62, 30, 0.06, -14)],
    )


@second("orchard-fruit")
def orchard_glass(k: Look) -> Shot:
    glass = P(t.tumbler("#a81c30", 0.9, 0.35, 0.8, glow=0.2), 0, 0)
    return Shot(
        [glass, P(gd.wheel("apple", 0.26), 0.56, -0.38)],
        n.strew("berry", "#a32a22", -0.45, -0.35, 0.16, 5, 6),
        height=20,
        fill=0.62,
    )


@picture("ginger-lemon")
def ginger(k: Look) -> Shot:
    carton = P(bx.carton(k.but(colours=("#f0c23c", "#e2a92a", "#8a5a1b")), (0.95, 0.55, 1.25), "rays"), -0.1, 0.15, -18)
    return Shot([carton, P(gd.wheel("lemon", 0.27), 0.42, -0.48), P(gd.half_fruit("lemon", 0.24), 0.74, -0.28, -24)], height=14)


@picture("carpathian-herbs")
def carpathian(k: Look) -> Shot:
    bag = P(p.paper_bag(k, 0.98, 1.5, 0.5), turn=-9)
    return Shot([bag, P(gd.sprig("thyme", 3, 0.7), 0.0, -0.6, -14)], n.strew("daisy", "#e9bd2e", -0.32, -0.66, 0.14, 5, 3))


@second("carpathian-herbs")
def carpathian_pot(k: Look) -> Shot:
    pot = P(po.glass_teapot("#b98a2a"), 0, 0, 8)
    return Shot([pot, P(gd.sprig("thyme", 5, 0.8), -0.5, -0.85, -8)], height=17, fill=0.7)
