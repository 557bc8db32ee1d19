"""Gift sets: open boxes and what lies in them."""

from __future__ import annotations

import math

import forms
import materials
from forms import placed as P
from look import Look
from props import boxes as bx
from props import garden as gd
from props import gear as g
from props import kitchen as ki
from props import lights as l
from props import nature as n
from props import packaging as p
from props import pots as po
from props import soaps as so
from props import tableware as t
from props import vessels as v

from sets.table import Shot, picture, second

TEN = (
    ("Assam", "#6B2A1E"),
    ("Sencha", "#4F7A4A"),
    ("Earl Grey", "#2F4A63"),
    ("Mint", "#1F6F6B"),
    ("Chai", "#C9822B"),
    ("Peony", "#c98f8f"),
    ("Rooibos", "#C4572B"),
    ("Ceylon", "#B4532A"),
    ("Matcha", "#6FA03A"),
    ("Lapsang", "#1F1F1E"),
)


def named(k: Look, name: str, colours: tuple[str, ...], detail: str = "", ornament: str = "sprig") -> Look:
    """A companion product in a set."""
    return Look.of(f"{k.slug}-{name}", name=name, detail=detail, colours=colours, ornament=ornament)


def lid(k: Look, width: float, height: float, x: float, y: float, turn: float, at: tuple[float, float] = (0.5, 0.5)) -> p.Prop:
    """The box's lid standing behind it, with the set's name where nothing stands before it."""
    return P(bx.box_lid(k, width, height, at=at), x, y, turn, 0, 8)


@picture("gift-ten-teas")
def ten(k: Look) -> Shot:
    box = bx.gift_box(k.but(colours=("#e3d6bd",)), (2.2, 1.1, 0.3), is_open=True)
    tins = [
        P(p.tin(named(k, name, (colour,)), 0.19, 0.46, "flat"), (i % 5 - 2) * 0.42, (0.24, -0.25)[i // 5], 0, 0.06)
        for i, (name, colour) in enumerate(TEN)
    ]
    return Shot([P(forms.joined([box, *tins]), 0, -0.1, -7), lid(k, 2.1, 1.0, 0.0, 0.85, -4)], height=38, fill=0.76)


@picture("gift-tea-for-two")
def for_two(k: Look) -> Shot:
    box = bx.gift_box(k.but(colours=("#d8c9b0",)), (2.2, 1.7, 0.36), is_open=True)
    pot = P(po.teapot("#8C9A86"), -0.28, 0.36, -20, 0.2, 0, 0, 0.78)
    mugs = [
        P(t.mug("#8C9A86", None), -0.62, -0.46, -150, 0.2, 0, 0, 0.7),
        P(t.mug("#e6dac3", None), 0.06, -0.5, -40, 0.2, 0, 0, 0.7),
    ]
    tin = P(p.tin(named(k, "Breakfast", ("#A6402B", "#F6EBD5"), "Lane Blend", "pot"), 0.3, 0.84), 0.72, -0.3, -4, 0.2)
    return Shot(
        [P(forms.joined([box, pot, *mugs, tin]), 0, -0.1, -8), lid(k, 2.15, 1.95, 0.08, 1.1, -6, (0.5, 0.32))],
        height=27,
        fill=0.8,
    )


@second("gift-tea-for-two", "gift-ten-teas", "gift-evening")
def wrapped(k: Look) -> Shot:
    body = k.body
    box = bx.gift_box(
        k.but(colours=(body, materials.shade(body, 1.12))),
        (1.7, 1.3, 0.7),
        ribbon=k.colour(2) if k.slug != "gift-tea-for-two" else "#a6402b",
    )
    return Shot([P(box, turn=-18)], height=26, fill=0.74)


@picture("gift-evening")
def evening(k: Look) -> Shot:
    box = bx.gift_box(k, (2.1, 1.1, 0.3), is_open=True)
    tea = P(
        v.jar(
            named(k, "Chamomile", ("#c9a53a", "#FFFDF3", "#7C8A4B"), "Flowers", "flower"),
            "tall",
            v.gems("daisy", "#fffaf0", 200, 4),
            lid="cork",
        ),
        -0.62,
        0.12,
        6,
        0.12,
        0,
        0,
        0.8,
    )
    honey = P(
        v.jar(named(k, "Linden", ("#E6B84A", "#F8F3DF", "#66762F"), "Honey", "comb"), "hex", syrup="#e9a51e", glow=0.34),
        0.08,
        -0.12,
        2,
        0.14,
        0,
        0,
        0.76,
    )
    candle = P(l.pillar("#e0a93a", 0.24, 1.0), 0.7, 0.12, 0, 0.12)
    return Shot(
        [P(forms.joined([box, tea, honey, candle]), 0, -0.1, -7), lid(k, 2.05, 1.95, 0.05, 0.8, -5, (0.58, 0.32))],
        height=19,
        fill=0.8,
    )


@picture("gift-filter-start")
def filter_start(k: Look) -> Shot:
    box = bx.gift_box(k.but(colours=("#c9a676",)), (2.1, 1.3, 0.32), is_open=True)
    cone = P(g.dripper("#F5F1E8"), -0.52, -0.08, -24, 0.2, 0, 0, 0.95)
    bag = P(
        p.bag(named(k, "Huila", ("#D8A027", "#F7EFDD", "#1F3F5B"), "Colombia", "hills"), 0.76, 1.4, 0.42), 0.5, 0.3, -6, 0.12
    )
    papers = P(
        bx.carton(named(k, "Filters", ("#cdb48c", "#f7f2e6"), "100 papers", "bean"), (0.5, 0.3, 0.6), "waves"),
        0.7,
        -0.34,
        -10,
        0.14,
    )
    ladle = P(ki.scoop(None), -0.5, -1.02, 4)
    return Shot(
        [P(forms.joined([box, cone, bag, papers]), 0, -0.1, -6), ladle, lid(k, 2.05, 2.0, 0.06, 0.86, -4, (0.31, 0.31))],
        height=22,
        fill=0.8,
    )


@picture("gift-espresso-break")
def espresso_break(k: Look) -> Shot:
    box = bx.gift_box(k.but(colours=("#3a302a",)), (2.2, 1.4, 0.32), is_open=True)
    pot = P(g.moka(), -0.6, 0.14, -20, 0.12, 0, 0, 0.84)
    cups = [
        P(t.espresso("#a6402b"), 0.02, -0.2, -30, 0.18, 0, 0, 0.75),
        P(t.espresso("#f3ebdd"), 0.66, -0.22, 200, 0.18, 0, 0, 0.75),
    ]
    pack = P(
        p.brick(named(k, "Moka", ("#B3362B", "#F4E6CF", "#231A17"), "Roast, ground", "bean"), 0.7, 0.9, 0.42),
        0.16,
        0.36,
        4,
        0.12,
    )
    choc = P(
        p.bar(named(k, "Peru 70", ("#D98E32", "#b06a1c", "#F5E8D3"), "Dark", "sun"), 0.6, 1.1, kind="scallops"),
        0.78,
        0.36,
        -6,
        0.12,
    )
    return Shot(
        [P(forms.joined([box, pot, *cups, pack, choc]), 0, -0.1, -6), lid(k, 2.15, 1.95, 0.06, 0.92, -4, (0.56, 0.31))],
        height=24,
        fill=0.8,
    )


@picture("gift-honey-trio")
def honey_trio(k: Look) -> Shot:
    plank = materials.wood("#c39a66", "#94693c", 0.8)
    crate = [forms.block((2.36, 1.9, 0.05), plank, 0.01)]
    crate += [forms.block((2.36, 0.05, 0.2), plank, 0.012, (0, y, 0.03)) for y in (-0.95, 0.95)]
    crate += [forms.block((0.06, 1.9, 0.26), plank, 0.012, (x, 0, 0)) for x in (-1.16, 1.16)]
    crate += bx.shreds(2.2, 1.75, 0.2, 5)
    kinds = (
        ("Acacia", "#f2c040", ("#8A6B23", "#FFFDF5"), 0.42, -0.58, -0.4, 0.12),
        ("Buckwheat", "#6b2a08", ("#4A2413", "#F6ECD8"), 0.3, 0.0, 0.42, 0.8),
        ("Linden", "#e9a51e", ("#66762F", "#F8F3DF"), 0.34, 0.58, -0.4, 0.12),
    )
    jars = [
        P(v.jar(named(k, name, colours, "Honey", "comb"), "hex", syrup=syrup, glow=glow), x, y, 0, z)
        for name, syrup, colours, glow, x, y, z in kinds
    ]
    step = forms.block((1.05, 0.86, 0.75), plank, 0.012, (0, 0.42, 0.05))
    return Shot([P(forms.joined([*crate, step, *jars]), turn=-9)], height=23, fill=0.8)


@second("gift-honey-trio")
def honey_trio_jars(k: Look) -> Shot:
    kinds = (
        ("Acacia", "#f2c040", ("#8A6B23", "#FFFDF5"), 0.42, -0.75, 0.35),
        ("Linden", "#e9a51e", ("#66762F", "#F8F3DF"), 0.34, 0.7, 0.4),
        ("Buckwheat", "#6b2a08", ("#4A2413", "#F6ECD8"), 0.3, 0.02, -0.5),
    )
    return Shot(
        [
            P(v.jar(named(k, name, c, "Honey", "comb"), "hex", syrup=syrup, glow=glow), x, y, x * -8)
            for name, syrup, c, glow, x, y in kinds
        ],
        height=17,
        fill=0.78,
    )


@picture("gift-chocolate-tasting")
def tasting(k: Look) -> Shot:
    kinds = (
        ("Peru 70", "#D98E32", "scallops"),
        ("Tanzania 85", "#1F4E4A", "leaves"),
        ("Sea Salt", "#8FB3C9", "waves"),
        ("Raspberry", "#D3405F", "dots"),
        ("Orange", "#E87A24", "rays"),
    )
    bars = []
    for i, (name, colour, pattern) in enumerate(kinds):
        look = named(k, name, (colour, materials.shade(colour, 0.75), "#FAF0E2"), "Chocolate", "sun")
        bars.append(
            P(p.bar(look, 0.66, 1.35, 0.08, pattern, 0), (i - 2) * 0.33, -0.02 * i, 0, 0.06 + 0.012 * i, 12, (i - 2) * 10)
        )
    box = bx.tray_box(k.but(colours=("#3A1C12",)), (1.9, 0.6, 0.42), "#2a140c")
    return Shot(
        [P(forms.joined([box, *bars]), turn=-6)],
        n.strew("chunk", ["#3a1c12", "#4a2618"], 0.4, -0.75, 0.2, 16, 3),
        height=15,
        fill=0.78,
    )


@second("gift-chocolate-tasting")
def tasting_flat(k: Look) -> Shot:
    tabs = [
        P(p.tablet(c, 2, 3, 0.22), x, y, a)
        for c, x, y, a in (
            ("#3a1c12", -0.5, 0.4, 12),
            ("#21110c", 0.42, 0.5, -20),
            ("#7b4a2d", -0.48, -0.32, -14),
            ("#efe0bd", 0.38, -0.3, 24),
            ("#3b1e14", 0.0, -0.92, 4),
        )
    ]
    return Shot(
        tabs,
        [*n.strew("raspberry", "#c22f50", 0.85, -0.2, 0.1, 3, 3), *n.strew("hazelnut", "#b9804a", -0.85, 0.1, 0.08, 2, 3)],
        height=56,
        fill=0.8,
    )


@picture("gift-bath-day")
def bath_day(k: Look) -> Shot:
    weave = materials.Recipe("wicker", Roughness=0.7)
    weave.colour(weave.ramp(weave.noise(18, 3, (0.3, 0.3, 3)), (0.3, "#8a6238"), (0.7, "#c79c63")))
    weave.bump(weave.noise(16, 2, (0.4, 0.4, 4)), 0.05, 0.9)
    rings = [
        forms.tube(
            [(1.25 * math.cos(a), 0.85 * math.sin(a), 0.06 + 0.11 * i) for a in [j * 0.2094 for j in range(31)]],
            0.075,
            weave.material,
            10,
            1,
            3,
            (0, 0, 1),
        )
        for i in range(5)
    ]
    lining = forms.turned([(1.15, 0.5), (1.1, 0.12), (0, 0.1)], materials.cloth("#e9e0cf"), 64)
    lining.scale = (1, 0.68, 1)
    salt = P(
        v.jar(
            named(k, "Bath Salt", ("#9C8BB8", "#f3eff7"), "Sea salt", "drop"),
            "round",
            v.gems("crystal", ["#f4f1f6", "#e9e4f0", "#a897c4"], 700, 4),
            lid="cork",
        ),
        -0.5,
        0.2,
        8,
        0.12,
        0,
        0,
        0.86,
    )
    bar = P(
        so.soap_bar(
            named(k, "Lavender", ("#B9A6CF", "#F3EFF7", "#5B4B7A"), "Soap", "flower"), size=(0.85, 0.32, 0.56), flecks="#6f5b94"
        ),
        0.4,
        -0.22,
        -14,
        0.36,
    )
    candle = P(l.pillar("#e0a93a", 0.22, 0.75), 0.62, 0.3, 0, 0.2)
    tin = P(
        p.flat_tin(named(k, "Hand Balm", ("#E2B64F", "#F9F2DD", "#6A4B1B"), "Beeswax", "comb"), 0.28, 0.16),
        -0.26,
        -0.42,
        10,
        0.42,
        -38,
    )
    return Shot(
        [P(forms.joined([*rings, lining, salt, bar, candle, tin]), turn=-4)],
        [P(gd.sprig("lavender", i, 0.9), 0.55, -1.05 - 0.07 * i, -8 + 6 * i) for i in range(3)],
        height=24,
        fill=0.78,
    )
