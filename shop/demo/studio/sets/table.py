"""The table: lays the sweep, lights it, aims the camera. Sets register with `@picture("slug")` and return what they put on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import bpy
import stage
from look import Look

Prop = bpy.types.Object


@dataclass
class Shot:
    """Heroes are framed whole; extras may run towards the edge. Angles in degrees, `fill` is the heroes' share of the frame."""

    heroes: Sequence[Prop]
    extras: Sequence[Prop] = field(default_factory=list)
    height: float = 15
    turn: float = 0
    fill: float = 0.72
    light: float = 1.0
    softness: float = 1.0
    lift: float = 0.0
    lens: float = 85
    ground: str | None = None


Set = Callable[[Look], Shot]
SETS: dict[str, Callable[[Look, str], None]] = {}
SECOND_VIEWS: dict[str, Callable[[Look, str], None]] = {}
SCENES: dict[str, Callable[[], None]] = {}


def _staged(make: Set) -> Callable[[Look, str], None]:
    def setup(look: Look, ground: str) -> None:
        shot = make(look)
        stage.sweep(shot.ground or ground)
        stage.daylight(shot.light)
        stage.camera(shot.heroes, shot.extras, shot.height, shot.turn, shot.fill, shot.lens, shot.softness, shot.lift)

    return setup


def picture(*slugs: str) -> Callable[[Set], Set]:
    """The main picture of these products."""

    def register(make: Set) -> Set:
        for slug in slugs:
            SETS[slug] = _staged(make)
        return make

    return register


def second(*slugs: str) -> Callable[[Set], Set]:
    """Another view: from elsewhere, close up or in use."""

    def register(make: Set) -> Set:
        for slug in slugs:
            SECOND_VIEWS[slug] = _staged(make)
        return make

    return register


def scene(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A landscape picture."""

    def register(make: Callable[[], None]) -> Callable[[], None]:
        SCENES[name] = make
        return make

    return register
