"""Take and print the pictures: `python shoot.py [SLUG ...]`. Blender exposes, this process develops."""

from __future__ import annotations

import argparse
import os
import site
import subprocess
import tempfile
from pathlib import Path

import darkroom

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "pictures"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", help="pictures to take (slug, slug-2, scene-table ...); all of them without any")
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--samples", type=int, default=10, help="light paths a pixel, before denoising")
    parser.add_argument("--size", type=float, default=0.9, help="share of the full size to expose; prints are always full size")
    parser.add_argument("--missing", action="store_true", help="only what is not there yet")
    return parser.parse_args()


def main() -> None:
    """Print every exposure as Blender reports it."""
    wanted = options()
    wanted.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = ["nice", "-n", "19", "blender", "-b", "--python-use-system-env", "--python", str(HERE / "expose.py"), "--"]
        command += [folder, str(wanted.samples), str(wanted.size), str(wanted.out) if wanted.missing else "-", *wanted.slugs]
        paths = os.pathsep.join([str(HERE), *site.getsitepackages()])
        blender = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths})
        assert blender.stdout
        for message in blender.stdout:
            if message.startswith("EXPOSED "):
                _, slug, seconds = message.split()
                develop(Path(folder) / f"{slug}.exr", wanted.out / f"{slug}.webp", seconds)
            elif not message.startswith(("Fra:", "Saved:", " Time:", "\n", "Blender")):
                print(message, end="", flush=True)
    raise SystemExit(blender.wait())


def develop(exposure: Path, target: Path, seconds: str) -> None:
    wide = target.stem.startswith("scene-")
    darkroom.print_from(exposure, target, (1600, 900) if wide else (800, 1000), 58_000 if wide else 40_000)
    exposure.unlink()
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} KB, {seconds} s", flush=True)


if __name__ == "__main__":
    main()
