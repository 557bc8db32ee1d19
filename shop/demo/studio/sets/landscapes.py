"""Wide pictures for the home page and the heads of categories; the left third stays calm for words."""

from __future__ import annotations

import forms
import materials
import stage
from forms import placed as P
from look import Look
from mathutils import Vector
from props import bottles as bo
from props import boxes as bx
from props import garden as gd
from props import gear as g
from props import kitchen as ki
from props import lights as l
from props import nature as n
from props import packaging as p
from props import pots as po
from props import soaps as so
from props import sweets as s
from props import tableware as t
from props import vessels as v

from sets.table import scene


def room(wall: str, table: str | None, cloth: bool = False, sun: float = 2.6, fill: float = 0.9) -> None:
    """A table before a plain wall, low sun from the left through a window that throws its bars on the wall."""
    back = forms.block((60, 0.2, 30), materials.paper(wall), 0, (0, 4.6, -8))
    del back
    if table:
        top = materials.wood(table, materials.shade(table, 0.72), 0.35)
        forms.block((24, 11, 0.3), top, 0.04, (0, -1.6, -0.3))
    else:
        stage.sweep(wall)
    stage.sky("#efe8de", 0.42 * fill)
    stage.lamp((-7, -2.5, 5.0), (3.2, 4.2), 620 * fill, "#ffedd6", (0.5, 0, 0.6))
    stage.lamp((6.5, -3, 3.4), (5, 5), 70 * fill, "#eef2ff", (0, 0, 0.9))
    stage.window((-9, -4.2, 5.6), sun, (0, 0, 0.5), 3.5)
    for z in (2.6, 4.3):
        bar((-6.3, -2.9, z), (0.14, 5.0, 0.14))
    for y in (-4.6, -3.0, -1.4):
        bar((-6.3, y, 3.4), (0.14, 0.14, 5.0))


def bar(at: tuple[float, float, float], size: tuple[float, float, float]) -> None:
    """A window bar, seen only by its shadow."""
    thing = forms.block(size, materials.plain("#333333"), 0, (at[0], at[1], at[2] - size[2] / 2))
    thing.visible_camera = thing.visible_glossy = thing.visible_transmission = thing.visible_diffuse = False


def known(slug: str) -> Look:
    """A product as the catalogue describes it."""
    import catalogue

    return next(look for look, _ in catalogue.looks() if look.slug == slug)


@scene("scene-table")
def breakfast() -> None:
    room("#ddd0be", "#b18c66")
    P(ki.towel("#e6dcc8", "#8f9e8b", 2.0, 1.3, 2), 2.85, -0.6, -8)
    P(po.teapot("#8C9A86"), 1.55, 0.35, -16)
    P(t.cup("#f6f1e6", "#a4501a", "#a65236"), 2.8, -0.65, -28, 0.15)
    P(t.steam(0.9, 0.6, 3, 0.5), 2.8, -0.6, 0, 0.6)
    P(t.steam(0.8, 0.5, 6, 0.4), 0.36, 0.35, 0, 1.0)
    P(t.mug("#d8c9b0", "#8f4413"), 0.1, -0.95, -150)
    P(t.steam(0.8, 0.5, 8, 0.45), 0.1, -0.9, 0, 0.85)
    P(v.jar(known("linden-honey"), "hex", syrup="#e9a51e", glow=0.3), 2.75, 1.05, -8)
    P(v.plate(0.62, "#efe8da"), 3.95, 0.2)
    for i in range(6):
        P(s.finger(i), 3.85 + 0.08 * (i % 3), 0.42 - 0.24 * (i % 3), 30 * (i % 2) + 12, 0.07 + 0.135 * (i // 3))
    P(gd.sprig("mint", 4, 0.9), -0.85, -1.25, 16)
    P(p.tin(known("lane-breakfast"), 0.46, 1.5), 3.85, 1.4, -14)
    stage.look(Vector((1.05, 0, 0.62)), Vector((0.85, -10.4, 2.75)), 52, 1.5)


@scene("scene-tea")
def tea() -> None:
    room("#c9cdb6", "#a5805a")
    P(p.tin(known("assam-golden-tips"), lid="knob"), 0.05, 0.95, 4)
    P(p.pouch(known("darjeeling-first-flush")), 1.4, 1.25, -8)
    P(p.square_tin(known("moroccan-mint")), 2.85, 0.9, 12)
    P(v.jar(known("whole-chamomile"), "tall", v.gems("daisy", "#fffaf0", 200, 4), lid="cork"), 3.95, 0.55, -4)
    P(po.glass_teapot("#c6701c"), 1.45, -0.7, -12)
    P(t.tea_bowl("#a9c4b4", "#c9bb52"), 2.9, -0.75)
    P(t.steam(0.8, 0.5, 3, 0.3), 2.9, -0.7, 0, 0.4)
    P(ki.scoop("twisted", ["#2b1a12", "#3a2418", "#4b2f1c"]), -0.35, -0.8, -18)
    n.strew("twisted", ["#2b1a12", "#3a2418"], -0.6, -1.2, 0.3, 50, 3)
    P(gd.sprig("mint", 4, 0.9), 3.6, -1.1, 14)
    stage.look(Vector((1.05, 0, 0.68)), Vector((0.85, -10.4, 2.5)), 52, 1.4)


@scene("scene-coffee")
def coffee() -> None:
    room("#cbb9a6", "#82603f", sun=2.8)
    P(p.bag(known("house-espresso")), 0.35, 1.0, 10)
    P(p.bag(known("colombia-huila").but(colours=("#D8A027", "#F7EFDD", "#1F3F5B"))), 1.6, 1.25, -6)
    P(g.server(0.45), 1.55, -0.15, 8)
    P(po.gooseneck(), 3.35, 0.45, -20)
    P(g.grinder(), 0.55, -0.35, -30)
    P(t.espresso("#a6402b"), 2.65, -0.95, -28)
    P(t.steam(0.8, 0.5, 5, 0.32), 2.65, -0.9, 0, 0.45)
    P(ki.scoop("bean", ["#5a3419", "#653d1f", "#43270f"]), -0.75, -0.75, -18)
    n.strew("bean", ["#5a3419", "#653d1f", "#43270f"], -0.8, -1.15, 0.35, 34, 4)
    stage.look(Vector((1.05, 0, 0.72)), Vector((0.85, -10.4, 2.5)), 52, 1.4)


@scene("scene-sweet")
def sweet() -> None:
    room("#e6d6bb", "#b18c66")
    P(v.jar(known("acacia-honey"), "hex", syrup="#f2c040", glow=0.42), 0.45, 0.7, 6)
    P(
        v.jar(
            known("sour-cherry-preserve").but(note="gingham"),
            "round",
            None,
            "#7e0f22",
            glow=0.12,
            lid="cloth",
            lid_colour="#a5273f",
        ),
        1.75,
        1.0,
        -6,
    )
    choc = known("dark-orange-peel")
    P(p.bar(choc.but(colours=("#E87A24", "#b85a14", "#FBEBD6")), kind="rays"), 2.95, 1.0, -6)
    choc = known("dark-85-tanzania")
    P(p.bar(choc.but(colours=("#1F4E4A", "#17403c", "#EADFCB")), kind="leaves"), 3.85, 0.85, -14)
    P(ki.board(2.2, 1.3, 0.09), 1.2, -0.7, 8)
    P(s.honeycomb(0.95), 0.85, -0.7, -10, 0.09)
    P(t.dipper(), 1.75, -0.85, -14, 0.22, 0, 86)
    P(p.tablet("#3a1c12", 3, 3, 0.22), 3.0, -0.55, 18)
    P(p.tablet("#7b4a2d", 2, 2, 0.22), 3.5, -1.0, -12)
    n.strew("hazelnut", "#b9804a", 2.4, -1.25, 0.2, 5, 3)
    n.strew("almond", "#b87f4a", -0.4, -1.0, 0.24, 6, 4)
    P(gd.cherries(), 2.55, 0.15, 20)
    stage.look(Vector((1.05, 0, 0.6)), Vector((0.85, -10.4, 2.8)), 52, 1.4)


@scene("scene-bath")
def bath() -> None:
    room("#cfd0d0", None, sun=2.2)
    P(ki.towel("#f1ece2", "#9c8bb8", 1.9, 1.2, 4), 0.9, 0.6, 6)
    P(so.soap_bar(known("lavender-soap"), flecks="#6f5b94"), 0.85, 0.5, 4, 0.27)
    P(so.stamped_soap(known("honey-oat-soap"), "Honey", "comb", relief="comb"), 0.2, -0.75, 18)
    P(bo.bottle(known("hand-wash"), "pump", "#8a4c18", "pump", "#b8702c", glow=0.12), 2.55, 0.5, 12)
    P(
        v.jar(known("lavender-bath-salt"), "round", v.gems("crystal", ["#f4f1f6", "#e9e4f0", "#a897c4"], 900, 4), lid="cork"),
        3.75,
        0.35,
        -6,
    )
    P(
        l.candle_jar(known("candle-fresh-linen").but(colours=("#f4f4f0", "#dfe7ea", "#55656e")), True, "ceramic"),
        1.75,
        -0.55,
        -6,
    )
    P(ki.scoop("crystal", ["#f4f1f6", "#d9cfe6", "#a897c4"]), 2.9, -0.85, -14)
    for i in range(3):
        P(gd.sprig("lavender", i, 1.1), -1.1, -0.85 - 0.09 * i, 4 + 6 * i)
    n.strew("petal", ["#e9891c", "#f0a63a"], 1.0, -1.2, 0.2, 8, 4)
    stage.look(Vector((1.05, 0, 0.6)), Vector((0.85, -10.4, 2.7)), 52, 1.3)


@scene("scene-gifts")
def gifts() -> None:
    room("#d6b9ac", "#9a7450")
    look = known("gift-evening")
    P(bx.gift_box(look.but(colours=("#7a2f25", "#8c3a2e")), (1.8, 1.3, 0.8), "#e6c98f"), 0.75, 0.75, -10)
    P(bx.gift_box(look.but(colours=("#e3d6bd", "#efe6d4")), (1.2, 0.95, 0.5), "#4d6b57"), 0.85, 0.7, 8, 0.82)
    P(bx.gift_box(look.but(colours=("#4d6b57", "#5c7a66")), (1.3, 0.9, 0.55), "#efe2c6"), 2.45, 0.25, 14)
    P(p.tin(known("lane-breakfast"), 0.46, 1.5), 3.75, 0.75, -8)
    P(t.mug("#d8c9b0", "#5a2f1c", foam=True), 3.55, -0.6, -30)
    P(t.steam(0.8, 0.5, 4, 0.32), 3.55, -0.55, 0, 0.85)
    P(l.pillar("#e0a93a", 0.26, 0.9, True), 1.75, -0.7)
    P(l.pillar("#e0a93a", 0.26, 0.55, False, 2), 1.2, -0.95)
    P(gd.cinnamon(0.8), 0.05, -0.85, 18)
    n.strew("anise", "#6b3a20", -0.4, -1.1, 0.2, 4, 3)
    P(gd.wheel("orange", 0.28), 0.1, -1.25)
    P(gd.sprig("olive", 4, 1.1), -1.0, -0.7, 8)
    stage.look(Vector((1.05, 0, 0.68)), Vector((0.85, -10.4, 2.6)), 52, 1.4)
