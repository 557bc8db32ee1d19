"""Which pictures there are: every product of the demo catalogue, some of them twice, and the landscape scenes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from look import Look
from sets import SECOND_VIEWS, SCENES, SETS

Setup = Callable[[], None]
FOLDER = Path(__file__).resolve().parent.parent / "catalogue"


def looks() -> list[tuple[Look, str]]:
    """Each product's look with its category's ground colour."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text())
        for product in data["product"]:
            found.append((look_of(product, path.stem), data["category"]["ground"]))
    return found


def look_of(product: dict, category: str) -> Look:  # type: ignore[type-arg]
    picture = product["picture"]
    name = picture.get("label") or product["title"]["en"].split(",")[0]
    return Look.of(product["slug"], name=name, detail=product["title"]["en"], colours=tuple(picture["colours"]), note=picture.get("note", ""), category=category)


def setups() -> dict[str, Setup]:
    """Picture name to what sets it up."""
    found: dict[str, Setup] = {}
    for look, ground in looks():
        found[look.slug] = lambda look=look, ground=ground: SETS[look.slug](look, ground)
        if look.slug in SECOND_VIEWS:
            found[f"{look.slug}-2"] = lambda look=look, ground=ground: SECOND_VIEWS[look.slug](look, ground)
    return found | SCENES
