"""Which pictures there are: every product of the demo catalogue, some of them twice, and the landscape scenes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from look import Look
from sets import SCENES, SECOND_VIEWS, SETS

Setup = Callable[[], None]
ORNAMENTS = {
    "tea": "sprig", "coffee": "bean", "honey": "comb", "chocolate": "sun", "biscuits": "flower", "soap": "drop", "candles": "sun",
    "carpathian-herbs": "hills", "lane-breakfast": "pot", "colombia-huila": "hills", "guatemala-antigua": "hills", "lavender-soap": "flower",
    "whole-chamomile": "flower", "jasmine-pearls": "flower", "white-peony": "flower", "rose-petal-jam": "flower", "olive-soap": "sprig",
    "elderflower-cordial": "flower", "gifts": "pot", "kitchen": "pot", "teaware": "pot", "coffee-gear": "bean", "linden-honey": "sprig",
}  # fmt: skip
FOLDER = Path(__file__).resolve().parent.parent / "catalogue"


def looks() -> list[tuple[Look, str]]:
    """Each product's look with its category's ground colour."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text())
        for product in data["product"]:
            found.append((look_of(product, data, path.stem), data["category"]["ground"]))
    return found


def look_of(product: dict, category: dict, stem: str) -> Look:  # type: ignore[type-arg]
    picture, title = product["picture"], product["title"]["en"]
    name = picture.get("label") or title.split(",")[0]
    kinds = {s["slug"]: s["name"]["en"] for s in category.get("subcategory", [])}
    return Look.of(
        product["slug"],
        name=name,
        detail=second_line(name, title, kinds.get(product.get("subcategory", ""), "")),
        colours=tuple(picture["colours"]),
        note=picture.get("note", ""),
        category=stem,
        ornament=ORNAMENTS.get(product["slug"], ORNAMENTS.get(stem, "sprig")),
    )


def second_line(name: str, title: str, kind: str) -> str:
    """What the small type adds to the name: the rest of the title, or the kind of thing where nothing is left."""
    if title.startswith("Candle:"):
        return "Scented candle"
    if name not in title:
        return title
    if title == name:
        return kind
    if title.startswith((f"{name} ", f"{name},")):
        return title.removeprefix(name).strip(" ,")
    return title.removesuffix(f" {name}")


def setups() -> dict[str, Setup]:
    """Picture name to what sets it up."""
    found: dict[str, Setup] = {}
    for look, ground in looks():
        if look.slug in SETS:
            found[look.slug] = lambda look=look, ground=ground: SETS[look.slug](look, ground)
        if look.slug in SECOND_VIEWS:
            found[f"{look.slug}-2"] = lambda look=look, ground=ground: SECOND_VIEWS[look.slug](look, ground)
    return found | SCENES
