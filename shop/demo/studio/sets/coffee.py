"""Coffee and what makes it."""

from __future__ import annotations

from forms import placed as P
from look import Look
from props import boxes as bx
from props import garden as gd
from props import gear as g
from props import kitchen as ki
from props import nature as n
from props import packaging as p
from props import tableware as t
from props import vessels as v

from sets.table import Shot, picture, second

DARK, MEDIUM, LIGHT = ["#38200f", "#43270f", "#2b180c"], ["#5a3419", "#653d1f", "#4a2a15"], ["#7a4c28", "#875731", "#6b4122"]


def bag_of(k: Look, turn: float, label: str | None = None, **size: float) -> p.Prop:
    """A coffee bag whose second colour is its label's."""
    return P(p.bag(k if label is None else k.but(colours=(k.body, label, *k.colours[2:])), **size), turn=turn)


@picture("house-espresso")
def house(k: Look) -> Shot:
    return Shot([bag_of(k, 12)], n.heap("bean", DARK, -0.26, -0.72, 0.34, 0.13, 90, 3))


@second("house-espresso")
def house_cup(k: Look) -> Shot:
    cup = P(t.espresso("#a6402b"), 0.1, 0, -25)
    return Shot(
        [P(cup, 0.34, -0.35), P(p.bag(k), -0.35, 0.65, 14)], n.strew("bean", DARK, -0.5, -0.5, 0.2, 14, 4), height=20, fill=0.76
    )


@picture("ethiopia-yirgacheffe")
def ethiopia(k: Look) -> Shot:
    bowl = P(v.bowl(0.36, 0.22, "#d98a8f"), 0.42, -0.58)
    heap = n.heap("bean", LIGHT, 0.42, -0.58, 0.28, 0.12, 80, 4, 0.12, 0.0)
    return Shot([P(bag_of(k, 0), -0.14, 0.15, -12), bowl], heap, height=17)


@second("ethiopia-yirgacheffe")
def ethiopia_pour(k: Look) -> Shot:
    return Shot(
        [P(g.server(0.55), 0.38, -0.2), P(p.bag(k), -0.62, 0.5, 16)],
        n.strew("bean", LIGHT, -0.45, -0.4, 0.2, 12, 4),
        height=16,
        fill=0.76,
    )


@picture("colombia-huila")
def colombia(k: Look) -> Shot:
    return Shot([bag_of(k, -14)], n.heap("bean", MEDIUM, 0.34, -0.7, 0.3, 0.11, 80, 5))


@picture("guatemala-antigua")
def guatemala(k: Look) -> Shot:
    chocolate = P(p.tablet("#2c170e", 2, 2, 0.2), 0.42, -0.68, 24)
    return Shot([bag_of(k, 10), chocolate], n.strew("bean", MEDIUM, -0.2, -0.68, 0.24, 22, 6))


@picture("kenya-nyeri")
def kenya(k: Look) -> Shot:
    return Shot(
        [bag_of(k, -9)],
        [*n.strew("bean", MEDIUM, 0.2, -0.72, 0.3, 26, 7), *n.strew("berry", "#2b1020", -0.42, -0.6, 0.12, 5, 3)],
    )


@picture("brazil-cerrado")
def brazil(k: Look) -> Shot:
    bag = P(p.bag(k, 1.12, 1.85, 0.62), turn=13)
    return Shot(
        [bag], [*n.strew("bean", MEDIUM, -0.2, -0.78, 0.28, 24, 8), *n.strew("hazelnut", "#b9804a", 0.48, -0.66, 0.14, 3, 3)]
    )


@picture("sunday-filter")
def sunday(k: Look) -> Shot:
    tin = P(p.tin(k.but(colours=("#d9c7a7", "#f9f3e6", "#7a4b2a")), 0.44, 1.4, "wood"), -0.12, 0.12, 5)
    return Shot([tin, P(ki.scoop("chunk", ["#4a2c18", "#3b2312"]), 0.12, -0.62, -14)], height=16)


@second("sunday-filter")
def sunday_pour(k: Look) -> Shot:
    glass = P(t.tumbler("#2c1206", 0.62, 0.42, 0.4, glow=0.05), 0, 0)
    cone = P(g.dripper(), 0, 0, 0, 0.62)
    grounds = P(t.surface("#3b2312", 0.4, 0.0, 0.9), z=1.14)
    return Shot(
        [glass, cone],
        [grounds, P(t.steam(0.8, 0.6, 5, 0.25), z=1.25), *n.strew("bean", MEDIUM, -0.5, -0.5, 0.16, 8, 4)],
        height=20,
        fill=0.7,
    )


@picture("moka-roast")
def moka_roast(k: Look) -> Shot:
    return Shot([P(p.brick(k), turn=16)], n.strew("bean", DARK, -0.1, -0.72, 0.3, 16, 9), height=18)


@second("moka-roast")
def moka_roast_pot(k: Look) -> Shot:
    return Shot(
        [P(g.moka(), 0.4, -0.25, -10), P(p.brick(k), -0.62, 0.4, 18)],
        n.strew("bean", DARK, -0.45, -0.55, 0.2, 10, 9),
        height=15,
    )


@picture("cezve-fine")
def cezve_fine(k: Look) -> Shot:
    tin = P(p.tin(k, 0.42, 0.8, lid_on=False), -0.12, 0.1, -4)
    powder = n.core(-0.12, 0.1, 0.38, 0.1, "#4a2a16", 2, 0.68)
    cezve = P(g.cezve(), 0.6, 0.75, -35)
    return Shot(
        [tin, cezve],
        [powder, *n.powder("#4a2a16", 0.42, -0.55, 0.18, 0.07, 3), *n.strew("cardamom", "#a3ad78", -0.4, -0.55, 0.08, 2, 4)],
        height=24,
    )


@picture("decaf-mountain-water")
def decaf(k: Look) -> Shot:
    return Shot([bag_of(k, 8)], n.heap("bean", MEDIUM, 0.3, -0.72, 0.28, 0.1, 70, 11))


@picture("evening-decaf")
def evening(k: Look) -> Shot:
    return Shot([P(p.brick(k), -0.12, 0.1, -18), P(t.espresso("#e9dcc3"), 0.52, -0.55, -30, 0, 0, 0, 0.78)], height=19)


@picture("chicory-barley")
def chicory(k: Look) -> Shot:
    jar = P(v.jar(k, "round", v.gems("chunk", ["#5a3418", "#6b4222", "#44260f"], 560, 6), lid="metal"), turn=-3)
    ears = [P(gd.sprig("barley", 3, 0.95), -0.5, -0.64, 12), P(gd.sprig("barley", 4, 0.85), -0.42, -0.74, 2)]
    return Shot([jar, *ears])


@picture("ceramic-dripper")
def dripper(k: Look) -> Shot:
    glass = P(t.tumbler("#2c1206", 0.66, 0.44, 0.35, glow=0.05), 0, 0)
    return Shot([glass, P(g.dripper(k.body), 0, 0, -22, 0.66)], height=18)


@second("ceramic-dripper")
def dripper_trio(k: Look) -> Shot:
    cones = [
        P(g.dripper(c), x, y, a)
        for c, x, y, a in ((k.colour(0), 0, -0.3, -30), (k.colour(1), -0.75, 0.75, 10), (k.colour(2), 0.85, 0.7, -15))
    ]
    return Shot(cones, n.strew("bean", MEDIUM, -0.75, -0.5, 0.2, 10, 3), height=32, fill=0.66)


@picture("paper-coffee-filters")
def filters(k: Look) -> Shot:
    box = P(bx.carton(k.but(colours=("#cdb48c", "#f7f2e6", "#6b4a2e")), (1.0, 0.3, 0.9), "waves"), -0.12, 0.2, 12)
    fan = [P(g.filter_paper("#dcc49a", 0.62), 0.3, -0.3 - 0.012 * i, 0, 0.02 + 0.012 * i, 62, 0) for i in range(5)]
    for i, paper in enumerate(fan):
        paper.rotation_euler.z = (i - 2) * 0.22
    return Shot([box, *fan], height=20)


@picture("glass-server")
def server(k: Look) -> Shot:
    return Shot([P(g.server(0.5), turn=6)], n.strew("bean", MEDIUM, 0.66, -0.5, 0.16, 7, 3), height=13)


@second("glass-server")
def server_close(k: Look) -> Shot:
    srv = P(g.server(0.62), 0, 0, -12)
    return Shot([srv], n.strew("bean", MEDIUM, 0.5, -0.72, 0.18, 7, 5), height=32, turn=-18, fill=0.78)


@picture("hand-grinder")
def grinder(k: Look) -> Shot:
    return Shot([P(g.grinder(), turn=-28)], n.strew("bean", MEDIUM, 0.1, -0.55, 0.3, 22, 4), height=13)


@second("hand-grinder")
def grinder_lying(k: Look) -> Shot:
    mill = g.grinder()
    mill.rotation_euler = (1.5708, 0, 0)
    mill.location.z = 0.285
    holder = P(ki.scoop("bean", MEDIUM), 0.75, -0.35, -55)
    return Shot([mill, holder], n.strew("bean", MEDIUM, 0.5, -1.0, 0.3, 16, 5), height=44, turn=38, fill=0.72)


@picture("coffee-scale")
def scale(k: Look) -> Shot:
    return Shot([P(g.scale(), turn=-14), P(t.espresso("#f3ebdd"), 0.02, 0.18, -30, 0.185)], height=30, fill=0.76)


@picture("moka-pot")
def moka(k: Look) -> Shot:
    return Shot([P(g.moka(), turn=-14)], n.strew("bean", DARK, -0.62, -0.45, 0.14, 6, 5), height=13)


@second("moka-pot")
def moka_two(k: Look) -> Shot:
    return Shot(
        [P(g.moka(), -0.3, 0.25, 18), P(g.moka(size=0.74), 0.72, -0.42, -28)],
        n.strew("bean", DARK, -0.55, -0.8, 0.18, 8, 5),
        height=20,
    )


@picture("french-press")
def french(k: Look) -> Shot:
    return Shot([P(g.press(), turn=-20)], n.strew("bean", MEDIUM, -0.62, -0.4, 0.16, 8, 6), height=13)


@second("french-press")
def french_poured(k: Look) -> Shot:
    return Shot(
        [P(g.press(), -0.4, 0.35, 24), P(t.mug("#d8c9b0", "#2c160c"), 0.6, -0.45, -30)],
        [P(t.steam(0.8, 0.5, 7, 0.3), 0.6, -0.4, 0, 0.85)],
        height=19,
    )


@picture("copper-cezve")
def cezve(k: Look) -> Shot:
    return Shot([P(g.cezve(), turn=-28)], n.powder("#4a2a16", -0.5, -0.55, 0.18, 0.06, 3), height=20, fill=0.74)


@second("copper-cezve")
def cezve_top(k: Look) -> Shot:
    return Shot([P(g.cezve(), turn=-40)], n.strew("bean", DARK, -0.65, -0.6, 0.2, 9, 3), height=48, fill=0.76)


@picture("espresso-cups")
def espresso(k: Look) -> Shot:
    return Shot(
        [P(t.espresso(k.colour(0)), -0.36, 0.32, 200), P(t.espresso(k.colour(1)), 0.36, -0.42, -22)],
        n.strew("bean", DARK, -0.5, -0.62, 0.14, 5, 4),
        height=27,
        fill=0.72,
    )


@second("espresso-cups")
def espresso_top(k: Look) -> Shot:
    return Shot([P(t.espresso(k.colour(0)), 0, 0, -35)], [P(t.steam(0.6, 0.4, 6, 0.3), 0, 0.02, 0, 0.45)], height=40, fill=0.66)


@picture("travel-cup")
def travel(k: Look) -> Shot:
    return Shot([P(g.travel_cup(k.body), turn=8)], height=12)


@second("travel-cup")
def travel_trio(k: Look) -> Shot:
    return Shot(
        [
            P(g.travel_cup(c), x, y, a)
            for c, x, y, a in ((k.colour(0), -0.1, -0.45, 4), (k.colour(1), -0.85, 0.4, 10), (k.colour(2), 0.75, 0.35, -8))
        ],
        height=17,
    )
