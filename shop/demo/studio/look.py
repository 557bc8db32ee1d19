"""What a product should look like, as its catalogue entry tells it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import labels
import materials

PAPERS = ("#f1e8d8", "#ece0cb", "#f5efe4", "#e9e2d2")
LAYOUTS = tuple(labels.LAYOUTS)


def brightness(colour: str) -> float:
    r, g, b, _ = materials.linear(colour)
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) ** 0.45


@dataclass(frozen=True)
class Look:
    """Colours, words and a seed of its own for one product."""

    slug: str
    name: str
    detail: str = ""
    colours: tuple[str, ...] = ("#4d6b57",)
    note: str = ""
    category: str = ""
    ornament: str = "sprig"
    seed: int = field(default=0)

    @classmethod
    def of(cls, slug: str, **words: object) -> Look:
        return cls(slug=slug, seed=zlib.crc32(slug.encode()) % 9973, **words)  # type: ignore[arg-type]

    def but(self, **changes: object) -> Look:
        return replace(self, **changes)  # type: ignore[arg-type]

    def colour(self, index: int) -> str:
        return self.colours[index % len(self.colours)]

    @property
    def body(self) -> str:
        return self.colours[0]

    @property
    def tint(self) -> str:
        """An accent that reads on paper: the first colour dark enough, darkened where none is."""
        for colour in self.colours:
            if brightness(colour) < 0.55:
                return colour
        return materials.shade(self.colours[0], 0.6)

    @property
    def ink(self) -> str:
        return materials.shade(self.tint, 0.5) if brightness(self.tint) > 0.25 else materials.shade(self.tint, 0.9)

    @property
    def paper(self) -> str:
        lightest = max(self.colours[1:], key=brightness, default="#000000")
        return lightest if brightness(lightest) > 0.72 else PAPERS[self.seed % len(PAPERS)]

    @property
    def layout(self) -> str:
        return LAYOUTS[self.seed % len(LAYOUTS)]

    @property
    def round_layout(self) -> str:
        """A centred layout: what is set from the left would run round the side of a jar."""
        return "banded" if self.layout == "modern" else self.layout

    def pick(self, options: tuple, shift: int = 0):  # type: ignore[no-untyped-def,type-arg]
        return options[(self.seed // 7 + shift) % len(options)]

    def says(self, *words: str) -> bool:
        """Whether the note, slug or name speaks of any of these."""
        text = f"{self.note} {self.slug} {self.name}".lower()
        return any(word in text for word in words)

    def label(
        self,
        width: float,
        height: float,
        ground: str | None = "",
        layout: str = "",
        ink: str = "",
        tint: str = "",
        bleed: float = 0,
    ) -> Path:
        """Its label, drawn at this size in units."""
        return labels.label(
            width,
            height,
            self.name,
            self.detail,
            self.paper if ground == "" else ground,
            ink or self.ink,
            tint or self.tint,
            layout or self.layout,
            self.ornament,
            bleed,
        )

    def on_colour(self, width: float, height: float, colour: str, layout: str = "") -> Path:
        """Its label printed straight on a coloured ground, in an ink that reads there."""
        light = brightness(colour) < 0.55
        ink = "#f3eada" if light else self.ink
        tint = "#e2c58f" if light else materials.shade(self.tint, 0.8)
        return self.label(width, height, None, layout if layout != "banded" else "classic", ink, tint)
