"""Pots, cups, kettles and the kitchen shelf."""

from __future__ import annotations

import forms
import materials
from forms import placed as P
from look import Look
from props import boxes as bx
from props import gear as g
from props import kitchen as ki
from props import nature as n
from props import packaging as p
from props import pots as po
from props import sweets as s
from props import tableware as t
from props import vessels as v

from sets.table import Shot, picture, second

BAMBOO = "#d9bf8b"


@picture("stoneware-teapot")
def teapot(k: Look) -> Shot:
    return Shot([P(po.teapot(k.body), turn=-14)], height=16, fill=0.8)


@second("stoneware-teapot")
def teapot_trio(k: Look) -> Shot:
    pots = [
        P(po.teapot(c), x, y, a)
        for c, x, y, a in ((k.colour(0), 0.0, -0.75, -20), (k.colour(1), -0.8, 0.85, -5), ("#3c4f66", 0.95, 0.95, -28))
    ]
    return Shot(pots, height=21, fill=0.82)


@picture("glass-teapot")
def glass_pot(k: Look) -> Shot:
    return Shot([P(po.glass_teapot("#c6701c"), turn=-10)], height=14, fill=0.8)


@second("glass-teapot")
def glass_pot_used(k: Look) -> Shot:
    pot = P(po.glass_teapot("#c6701c"), -0.4, 0.45, -14)
    glass = P(t.double_glass("#c6701c", 0.8), 0.75, -0.5, 0, 0, 0, 0, 0.75)
    return Shot([pot, glass], [P(t.steam(0.7, 0.4, 4, 0.3), 0.75, -0.46, 0, 0.6)], height=20, fill=0.78)


@picture("cast-iron-teapot")
def iron(k: Look) -> Shot:
    return Shot([P(po.iron_teapot(), 0, 0, -16, 0.075), P(po.trivet())], height=16, fill=0.78)


@second("cast-iron-teapot")
def iron_bowls(k: Look) -> Shot:
    pot = P(po.iron_teapot(), -0.35, 0.45, -24)
    bowls = [
        P(t.tea_bowl("#26282a", "#b7a23c", 0.36, 0.36), 0.55, -0.55),
        P(t.tea_bowl("#b03a2e", "#b7a23c", 0.36, 0.36), -0.35, -0.85),
    ]
    return Shot([pot, *bowls], height=26, fill=0.78)


@picture("porcelain-gaiwan")
def gaiwan(k: Look) -> Shot:
    return Shot(
        [P(t.gaiwan(), turn=15)], n.strew("rolled", ["#41512f", "#56653a"], 0.52, -0.62, 0.14, 16, 3), height=24, fill=0.72
    )


@second("porcelain-gaiwan")
def gaiwan_top(k: Look) -> Shot:
    gai = t.gaiwan()
    leaf = n.strew("flat", ["#55682f", "#6a7c3c", "#47572a"], 0, 0, 0.3, 26, 4, 0.5, 1.0)
    return Shot([P(gai, turn=30)], leaf, height=46, fill=0.72)


@picture("stoneware-mug")
def mug(k: Look) -> Shot:
    return Shot([P(t.mug(k.body, "#a4561c"), turn=-24)], height=18, fill=0.68)


@second("stoneware-mug")
def mug_four(k: Look) -> Shot:
    mugs = [
        P(t.mug(c, None), x, y, a)
        for c, x, y, a in (
            (k.colour(0), -0.55, -0.5, -150),
            (k.colour(1), 0.6, -0.45, -30),
            ("#3c4f66", -0.45, 0.75, 200),
            ("#a65236", 0.7, 0.8, -20),
        )
    ]
    return Shot(mugs, height=29, fill=0.76)


@picture("double-wall-glasses")
def double(k: Look) -> Shot:
    return Shot(
        [P(t.double_glass("#a8521c", 0.82), -0.42, 0.25), P(t.double_glass("#d99a3c", 0.8), 0.46, -0.3)], height=17, fill=0.76
    )


@second("double-wall-glasses")
def double_one(k: Look) -> Shot:
    return Shot(
        [P(t.double_glass("#b8621a", 0.84), 0, 0)], [P(t.steam(0.7, 0.5, 3, 0.3), 0, 0.04, 0, 0.75)], height=24, fill=0.62
    )


@picture("porcelain-cup-saucer")
def cup(k: Look) -> Shot:
    silver = materials.metal("#cfcdc8", 0.14, 0.2, "x")
    return Shot(
        [P(t.cup(k.body, "#a4501a", "#3e5c8a"), turn=-28)],
        [P(t.spoon(silver, 0.85, 0.11), -0.52, -0.42, 28, 0.09)],
        height=24,
        fill=0.76,
    )


@second("porcelain-cup-saucer")
def cup_above(k: Look) -> Shot:
    return Shot(
        [P(t.cup(k.body, "#a4501a", "#3e5c8a"), turn=-40)],
        [P(t.steam(0.6, 0.5, 9, 0.25), 0, 0.05, 0, 0.5), P(s.finger(3), 0.48, -0.42, -40, 0.1)],
        height=48,
        fill=0.78,
    )


@picture("tea-bowls")
def bowls(k: Look) -> Shot:
    celadon = "#a9c4b4"
    stack = [P(t.tea_bowl(celadon, None), -0.45, 0.38, 0), P(t.tea_bowl(celadon, None), -0.45, 0.38, 70, 0.2)]
    return Shot(
        [*stack, P(t.tea_bowl(celadon, "#c9bb52"), 0.5, 0.15), P(t.tea_bowl(celadon, "#c9bb52"), -0.1, -0.6)],
        height=27,
        fill=0.76,
    )


@second("tea-bowls")
def bowl_close(k: Look) -> Shot:
    return Shot(
        [P(t.tea_bowl("#a9c4b4", "#c9bb52"), 0, 0)],
        n.strew("rolled", ["#41512f", "#56653a"], 0.42, -0.42, 0.14, 16, 5),
        height=36,
        fill=0.66,
    )


@picture("basket-infuser")
def infuser(k: Look) -> Shot:
    return Shot(
        [P(ki.infuser(), -0.1, 0.1, -14), P(ki.steel_lid(), 0.66, -0.5, 0, 0.01)],
        n.strew("twisted", ["#2b1a12", "#3a2418"], -0.45, -0.58, 0.16, 30, 4),
        height=25,
        fill=0.76,
    )


@second("basket-infuser")
def infuser_mug(k: Look) -> Shot:
    mug = P(t.mug("#d8c9b0", None, 0.95, 0.47), 0, 0, -28)
    basket = P(ki.infuser(), 0, 0, 30, 0.08)
    return Shot(
        [mug, basket], [*n.spread_of("twisted", ["#2b1a12", "#3a2418", "#4b2f1c"], 0.33, 150, 3, 0.78)], height=38, fill=0.72
    )


@picture("paper-tea-filters")
def tea_filters(k: Look) -> Shot:
    box = P(
        bx.carton(k.but(colours=("#c9a676", "#f8f2e5", "#4e6b50"), note="kraft"), (0.95, 0.45, 1.15), "leaves"), -0.15, 0.2, -14
    )
    bags = [
        forms.crumple(forms.block((0.42, 0.06, 0.56), materials.paper("#d9bf94"), 0.025, segments=3), 0.015, 4, i)
        for i in range(2)
    ]
    out = [P(bags[0], -0.15, 0.2, -14, 0.86, 4), P(bags[1], 0.45, -0.52, 24, 0.03, 84)]
    return Shot([box, *out], n.strew("twisted", ["#2b1a12", "#4b2f1c"], 0.15, -0.72, 0.16, 26, 4), height=20)


@picture("matcha-set")
def matcha(k: Look) -> Shot:
    bowl = P(t.tea_bowl("#3d3f3a", None, 0.6, 0.48), -0.2, -0.1)
    foam = P(t.froth(0.55, 0.0, "#86b043", "#b4d07a", 3), -0.2, -0.1, 0, 0.36)
    bamboo = materials.wood(BAMBOO, "#b3935e", 2)
    ladle = forms.tube(
        [(-0.5, 0, 0.16), (-0.42, 0, 0.08), (-0.2, 0, 0.03), (0.3, 0, 0.03), (0.55, 0, 0.03)],
        [0.05, 0.05, 0.03, 0.026, 0.026],
        bamboo,
        10,
        0.35,
    )
    return Shot([bowl, P(t.whisk(), 0.68, 0.1), P(ladle, 0.2, -0.92, 12)], [foam], height=28, fill=0.78)


@second("matcha-set")
def matcha_whisked(k: Look) -> Shot:
    bowl = P(t.tea_bowl("#3d3f3a", None, 0.6, 0.48), 0, 0)
    foam = P(t.froth(0.55, 0.0, "#86b043", "#b4d07a", 5), 0, 0, 0, 0.34)
    return Shot(
        [bowl, P(t.whisk(), 0.08, 0.04, 20, 0.24, 0, 12)],
        [foam, *n.powder("#7fae3a", -0.7, -0.5, 0.16, 0.05, 3)],
        height=34,
        fill=0.76,
    )


@picture("enamel-kettle")
def kettle(k: Look) -> Shot:
    return Shot([P(po.kettle(), turn=-18)], height=14, fill=0.8)


@second("enamel-kettle")
def kettle_two(k: Look) -> Shot:
    return Shot([P(po.kettle(), -0.3, -0.5, -24), P(po.kettle("#2e4a62", "#f3eedf"), 0.75, 1.1, -10)], height=19, fill=0.82)


@picture("variable-kettle")
def goose(k: Look) -> Shot:
    return Shot([P(po.gooseneck(), turn=-16)], height=13, fill=0.8)


@second("variable-kettle")
def goose_pour(k: Look) -> Shot:
    kettle = P(po.gooseneck(display="92°C"), 0.55, 0.55, -22)
    glass = P(t.tumbler("#2c1206", 0.55, 0.38, 0.4, glow=0.05), -0.62, -0.4)
    return Shot([kettle, glass, P(g.dripper(), -0.62, -0.4, 160, 0.54, 0, 0, 0.86)], height=18, fill=0.84)


# The kitchen shelf


@picture("tea-caddy")
def caddy(k: Look) -> Shot:
    plain = k.but(colours=(k.body, k.body, "#e9e1cf"))
    tin = P(lacquer(plain.body), -0.15, 0.1)
    lid = P(inner_lid(), 0.55, -0.5)
    return Shot([tin, lid], n.strew("twisted", ["#2b1a12", "#3a2418"], 0.0, -0.78, 0.2, 30, 3), height=18)


def lacquer(colour: str, open_top: bool = False) -> p.Prop:
    """A plain lacquered caddy with a brass line."""
    stuff, brass, r = materials.painted(colour, 0.2), materials.metal("#b08d57", 0.22), 0.46
    body = forms.turned(forms.rounded([(0, 0), (r, 0), (r, 0.86), (0, 0.86)], 0.02), stuff)
    parts = [body, forms.turned([(r + 0.002, 0.83), (r + 0.012, 0.85), (r + 0.002, 0.87)], brass)]
    if not open_top:
        parts.append(
            forms.turned(forms.rounded([(r + 0.012, 0.87), (r + 0.014, 1.24), (r - 0.02, 1.29), (0, 1.3)], 0.025), stuff)
        )
    return forms.joined(parts, "caddy")


def inner_lid() -> p.Prop:
    brass = materials.metal("#b08d57", 0.22)
    line = [
        (0.42, 0.0),
        (0.44, 0.01),
        (0.43, 0.03),
        (0.1, 0.045),
        (0.03, 0.05),
        (0.03, 0.1),
        (0.07, 0.14),
        (0.065, 0.18),
        (0, 0.19),
    ]
    return forms.joined([forms.turned(forms.rounded(line, 0.015), brass, 72)], "inner lid")


@second("tea-caddy")
def caddy_trio(k: Look) -> Shot:
    return Shot(
        [P(lacquer(c), x, y) for c, x, y in ((k.body, -0.08, -0.4), ("#8c2a22", -0.85, 0.5), ("#22211f", 0.78, 0.45))],
        height=17,
    )


@picture("coffee-canister")
def canister(k: Look) -> Shot:
    return Shot(
        [P(ki.canister(), -0.05, 0.1, 14)], [*n.strew("bean", ["#5a3419", "#653d1f"], 0.35, -0.64, 0.24, 16, 4)], height=15
    )


@picture("biscuit-tin")
def biscuit_tin(k: Look) -> Shot:
    tin, lid = bx.round_box(k.but(colours=("#b24e35", "#f2e4cb")), 0.78, 0.6, "leaves")
    return Shot([P(tin, 0, -0.1), P(lid, 0.12, 0.76, 0, 0.79, -74)], height=19, fill=0.78)


@second("biscuit-tin")
def biscuit_tin_full(k: Look) -> Shot:
    tin, lid = bx.round_box(k.but(colours=("#b24e35", "#f2e4cb")), 0.78, 0.6, "leaves")
    made = [
        P(s.finger(i), 0.42 * ((i % 3) - 1) * 0.8, 0.26 * ((i // 3) % 4 - 1.5), 20 * (i % 4) - 30, 0.42 + 0.05 * (i // 6))
        for i in range(14)
    ]
    return Shot(
        [tin, P(lid, 1.05, 0.9, 0, 0.02)],
        [*made, P(s.finger(22), -0.6, -1.05, 30), P(s.finger(23), -0.3, -1.15, -12)],
        height=38,
        fill=0.8,
    )


@picture("clip-jar")
def clip(k: Look) -> Shot:
    return Shot([P(v.jar(k, "square", lid="clip", label=False, lid_colour="#cf5b26"), turn=14)], height=15)


@second("clip-jar")
def clip_full(k: Look) -> Shot:
    beans = P(
        v.jar(
            k,
            "square",
            v.gems("bean", ["#5a3419", "#653d1f", "#43270f"], 420, 3),
            lid="clip",
            label=False,
            lid_colour="#cf5b26",
        ),
        -0.55,
        0.1,
        10,
    )
    tea = P(
        v.jar(k, "square", v.gems("twisted", ["#2b1a12", "#3a2418"], 600, 4), lid="clip", label=False, lid_colour="#cf5b26"),
        0.62,
        0.35,
        -12,
        0,
        0,
        0,
        0.78,
    )
    return Shot([beans, tea], height=15)


@picture("honey-pot")
def honey_pot(k: Look) -> Shot:
    return Shot([P(t.honey_pot(), turn=-8)], height=14)


@second("honey-pot")
def honey_pot_used(k: Look) -> Shot:
    plate = P(v.plate(0.8, "#efe8da"), 0.1, -0.2)
    return Shot(
        [P(t.honey_pot(), -0.25, 0.0, 14, 0.05), plate, P(t.dipper(), 0.2, -0.62, -6, 0.19, 0, 86)],
        [P(s.puddle(0.16, "#d98a14", 3), 0.22, -0.62, 0, 0.06)],
        height=24,
    )


@picture("linen-tea-towel")
def towel(k: Look) -> Shot:
    return Shot([P(ki.towel(k.body, k.colour(1), 1.5, 1.05, 4), turn=-16)], height=28, fill=0.8)


@second("linen-tea-towel")
def towel_trio(k: Look) -> Shot:
    pile = [
        P(ki.towel(k.body, c, 1.5, 1.05, 3, seed=i), 0.02 * i, 0.01 * i, -14 + 5 * i, 0.2 * i)
        for i, c in enumerate((k.colour(1), k.colour(2), "#5f7a58"))
    ]
    return Shot(pile, height=24, fill=0.8)


@picture("linen-napkins")
def napkins(k: Look) -> Shot:
    pile = [
        ki.towel(c, materials.shade(c, 0.94), 1.15, 1.1, 2, 0.13 * i, i)
        for i, c in enumerate(("#c6b8a3", "#8f9e8b", "#c6b8a3", "#8f9e8b"))
    ]
    tape = materials.cloth("#e9dfc8", 90)
    around = [forms.block((0.1, 1.24, 0.57), tape, 0.01), forms.block((1.22, 0.1, 0.57), tape, 0.01)]
    return Shot([P(forms.joined([*pile, *around, *v.bow(0, -0.05, 0.6, "#e9dfc8", 0.22)]), turn=20)], height=30, fill=0.78)


@picture("wooden-scoop")
def scoop(k: Look) -> Shot:
    return Shot(
        [P(ki.scoop("twisted", ["#2b1a12", "#3a2418", "#4b2f1c"]), -0.25, 0, -26)],
        n.strew("twisted", ["#2b1a12", "#3a2418"], -0.45, -0.45, 0.2, 36, 4),
        height=33,
        fill=0.76,
    )


@second("wooden-scoop")
def scoop_beans(k: Look) -> Shot:
    return Shot(
        [P(ki.scoop("bean", ["#5a3419", "#653d1f"]), -0.25, 0.2, 24), P(ki.scoop(None), 0.1, -0.5, -14)],
        n.strew("bean", ["#5a3419", "#653d1f"], -0.6, -0.2, 0.2, 12, 4),
        height=40,
        fill=0.76,
    )
