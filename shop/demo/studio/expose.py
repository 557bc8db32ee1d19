"""Inside Blender: set up each picture asked for and expose it. Started by shoot.py."""

from __future__ import annotations

import sys
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True

import bpy
import catalogue
import stage


def expose(slug: str, setup: catalogue.Setup, folder: Path, samples: int, share: float) -> None:
    """One picture into `folder`, as linear light."""
    started = time.monotonic()
    size = stage.LANDSCAPE if slug.startswith("scene-") else stage.PORTRAIT
    scene = stage.clear((round(size[0] * share), round(size[1] * share)), samples)
    setup()
    scene.render.filepath = str(folder / f"{slug}.exr")
    bpy.ops.render.render(write_still=True)
    print(f"EXPOSED {slug} {time.monotonic() - started:.0f}", flush=True)


def main() -> None:
    folder, samples, share, present, *slugs = sys.argv[sys.argv.index("--") + 1 :]
    setups = catalogue.setups()
    for slug in slugs or setups:
        if present != "-" and (Path(present) / f"{slug}.webp").exists():
            continue
        try:
            expose(slug, setups[slug], Path(folder), int(samples), float(share))
        except Exception:  # one broken scene must not cost the night's other pictures
            traceback.print_exc(file=sys.stdout)
            print(f"FAILED {slug}", flush=True)


main()
