"""From an exposure (linear light with albedo and normals) to a small WebP. Runs outside Blender, whose libraries clash with the denoiser's."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import OpenEXR
import pyoidn
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Light = NDArray[np.float32]


def read(exposure: Path) -> tuple[Light, Light, Light]:
    """Colour, albedo and normal of a Blender multilayer file, each (height, width, 3)."""
    channels = OpenEXR.File(str(exposure), separate_channels=True).channels()

    def layer(name: str, parts: str) -> Light:
        found = [next(k for k in channels if k.endswith(f"{name}.{part}")) for part in parts]
        return np.ascontiguousarray(np.stack([channels[k].pixels for k in found], -1).astype(np.float32))

    return layer("Combined", "RGB"), layer("Denoising Albedo", "RGB"), layer("Denoising Normal", "XYZ")


def develop(colour: Light, exposure: float = 1.0) -> Light:
    """Display light in 0..1. The curve is Khronos PBR Neutral (github.com/KhronosGroup/ToneMapping): product colours stay what they are."""
    light = colour * exposure
    low = light.min(-1, keepdims=True)
    light = light - np.where(low < 0.08, low - 6.25 * low * low, 0.04)
    peak = light.max(-1, keepdims=True)
    start, rest = 0.72, 0.28
    pressed = 1 - rest * rest / (np.maximum(peak, start) + rest - start)
    mix = 1 - 1 / (0.15 * (peak - pressed) + 1)
    bright = light * pressed / np.maximum(peak, 1e-6)
    return np.where(peak < start, light, bright * (1 - mix) + pressed * mix).clip(0, 1)


def finish(light: Light) -> Image.Image:
    """A print: warm shadows, a touch of contrast, corners a little darker."""
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-6) ** (1 / 2.4) - 0.055)
    curved = srgb + 0.10 * srgb * (1 - srgb) * (2 * srgb - 1) * 2
    grey = curved.mean(-1, keepdims=True)
    curved = grey + (curved - grey) * 0.93
    lifted = curved * (1 - 0.025) + 0.025 * np.array([1.0, 0.9, 0.78], np.float32) * (1 - curved)
    height, width = lifted.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    corner = 1 - 0.07 * ((x * x + y * y) / 2)[..., None] ** 1.5
    return Image.fromarray((lifted * corner * 255 + 0.5).clip(0, 255).astype(np.uint8))


def press(picture: Image.Image, limit: int) -> bytes:
    """The best WebP of at most `limit` bytes, in few tries; the smallest there is where none fits."""
    low, high, best = 20, 92, b""
    quality = 80
    while high - low > 4:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= limit:
            low, best = quality, out.getvalue()
        else:
            high = quality
        quality = (low + high) // 2
    return best or out.getvalue()


def print_from(exposure: Path, target: Path, size: tuple[int, int], limit: int = 40_000, gain: float = 1.45) -> None:
    """Denoise, develop and save one exposure at this size."""
    colour, albedo, normal = read(exposure)
    clean = pyoidn.denoise(colour, albedo.clip(0, 1), normal, hdr=True)
    picture = finish(develop(np.asarray(clean), gain)).resize(size, Image.Resampling.LANCZOS)
    if colour.shape[1] < size[0]:
        picture = picture.filter(ImageFilter.UnsharpMask(1.1, 55, 2))
    target.write_bytes(press(picture, limit))
