"""The studio itself: an empty scene, a tinted sweep, daylight from the left and a camera that frames what it is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable

import bpy
import materials
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Matrix, Vector

Size = tuple[int, int]
PORTRAIT: Size = (800, 1000)
LANDSCAPE: Size = (1600, 900)


def clear(size: Size = PORTRAIT, samples: int = 32) -> bpy.types.Scene:
    """An empty scene, set up to expose one picture with what the denoiser wants to know."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = size
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.use_denoising = "CPU", samples, False
    cycles.use_adaptive_sampling, cycles.adaptive_threshold, cycles.adaptive_min_samples = True, 0.1, 4
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 9, 2, 4
    cycles.transmission_bounces, cycles.transparent_max_bounces = 9, 10
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect, cycles.blur_glossy = 4, 0.6
    bpy.context.view_layer.cycles.denoising_store_passes = True
    scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
    scene.render.image_settings.color_depth = "16"
    return scene


def sweep(colour: str, depth: float = 7) -> bpy.types.Object:
    """A seamless ground that rises behind: no horizon, only a soft turn of tone."""
    ground = materials.Recipe("ground", Roughness=0.92, Specular=0.15)
    ground.colour(
        ground.ramp(ground.noise(0.9, 3), (0.25, materials.shade(colour, 0.965)), (0.75, materials.shade(colour, 1.02)))
    )
    outline = [(-30.0, 0.0), (depth - 3, 0.0)]
    outline += [(depth - 3 + 5 * math.sin(a / 12 * math.pi / 2), 5 - 5 * math.cos(a / 12 * math.pi / 2)) for a in range(1, 13)]
    outline.append((depth + 2, 40))
    vertices = [Vector((x, y, z)) for x in (-60, 60) for y, z in outline]
    rows = len(outline)
    faces = [(i, rows + i, rows + i + 1, i + 1) for i in range(rows - 1)]
    import forms

    return forms.mesh("sweep", vertices, faces, ground.material, smooth=80)


def lamp(
    at: tuple[float, float, float],
    size: tuple[float, float],
    power: float,
    colour: str = "#ffffff",
    towards: tuple[float, float, float] = (0, 0, 0.8),
    shape: str = "RECTANGLE",
) -> bpy.types.Object:
    """A soft light that looks at a point."""
    light = bpy.data.lights.new("lamp", "AREA")
    light.shape, light.size, light.size_y = shape, *size
    light.energy, light.color = power, materials.linear(colour)[:3]
    thing = bpy.data.objects.new("lamp", light)
    thing.location = at
    thing.rotation_euler = (Vector(towards) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(thing)
    return thing


def sky(colour: str, strength: float) -> None:
    """What the room itself gives back."""
    world = bpy.data.worlds.new("room")
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs[0].default_value, background.inputs[1].default_value = materials.linear(colour), strength
    bpy.context.scene.world = world


def daylight(strength: float = 1, tint: str = "#f1ede8", scale: float = 1) -> None:
    """A tall window on the left, a pale wall on the right, a breath of light from behind."""
    power = strength * scale**2
    s = scale
    lamp((-5.2 * s, -2.2 * s, 4.6 * s), (2.6 * s, 3.6 * s), 560 * power, "#fff0dd", (0, 0, 0.7 * s))
    lamp((5.5 * s, -2.5 * s, 2.8 * s), (4 * s, 5 * s), 70 * power, "#eef2ff", (0, 0, 0.9 * s))
    lamp((-1.5 * s, 4.2 * s, 5.2 * s), (4 * s, 1.5 * s), 150 * power, "#fff8ee", (0, 0, 0.8 * s))
    sky(tint, 0.33 * strength)


def window(at: tuple[float, float, float], strength: float, towards: tuple[float, float, float], spread: float = 2.0) -> None:
    """Low sun, softened: long shadows across the table."""
    light = bpy.data.lights.new("sun", "SUN")
    light.energy, light.angle, light.color = strength, math.radians(spread), materials.linear("#ffdcae")[:3]
    thing = bpy.data.objects.new("sun", light)
    thing.rotation_euler = (Vector(towards) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(thing)


def corners(things: Iterable[bpy.types.Object]) -> list[Vector]:
    """Points that enclose the things, children included."""
    bpy.context.view_layer.update()
    found: list[Vector] = []
    for thing in things:
        if thing.type == "MESH":
            vertices = thing.data.vertices
            found += [thing.matrix_world @ vertices[k].co for k in range(0, len(vertices), max(1, len(vertices) // 1500))]
        found += corners(thing.children)
    return found


def outlines(things: Iterable[bpy.types.Object]) -> list[Vector]:
    """The corners of each thing's box: rougher than `corners`, and quick for hundreds of leaves."""
    bpy.context.view_layer.update()
    found: list[Vector] = []
    for thing in things:
        if thing.type == "MESH" and thing.matrix_world.translation.z > -5:
            found += [thing.matrix_world @ Vector(corner) for corner in thing.bound_box]
        found += outlines(thing.children)
    return found


def camera(
    heroes: Iterable[bpy.types.Object],
    extras: Iterable[bpy.types.Object] = (),
    height: float = 14,
    turn: float = 0,
    fill: float = 0.7,
    lens: float = 85,
    softness: float = 1.0,
    lift: float = 0.0,
    focus: Vector | None = None,
) -> bpy.types.Object:
    """Look down at `height` degrees from `turn` degrees to the right, the heroes filling `fill` of the frame, in its middle.

    Where the extras would run out of the frame, the camera steps back.
    """
    scene = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_fit = lens, "VERTICAL" if scene.render.resolution_y > scene.render.resolution_x else "HORIZONTAL"
    eye = bpy.data.objects.new("camera", data)
    scene.collection.objects.link(eye)
    scene.camera = eye
    points, around = corners(heroes), outlines(extras)
    middle = sum(((Vector(map(min, zip(*points)))), Vector(map(max, zip(*points)))), Vector()) / 2
    a, b = math.radians(turn), math.radians(height)
    back = Vector((math.sin(a) * math.cos(b), -math.cos(a) * math.cos(b), math.sin(b)))
    distance = 10.0
    for _ in range(6):
        eye.matrix_world = Matrix.Translation(middle + back * distance) @ (-back).to_track_quat("-Z", "Y").to_matrix().to_4x4()
        bpy.context.view_layer.update()
        seen = [world_to_camera_view(scene, eye, p) for p in points]
        left, right = min(p.x for p in seen), max(p.x for p in seen)
        low, high = min(p.y for p in seen), max(p.y for p in seen)
        beside = [world_to_camera_view(scene, eye, p) for p in around]
        reach = max((max(abs(p.x - (left + right) / 2), abs(p.y - (low + high) / 2)) * 2 for p in beside), default=0)
        distance *= max((right - left) / min(0.86, fill + 0.1), (high - low) / fill, reach / 0.97)
        side, up = eye.matrix_world.to_quaternion() @ Vector((1, 0, 0)), eye.matrix_world.to_quaternion() @ Vector((0, 1, 0))
        frame = data.sensor_width / data.lens * distance
        tall = frame if data.sensor_fit == "VERTICAL" else frame * scene.render.resolution_y / scene.render.resolution_x
        wide = tall * scene.render.resolution_x / scene.render.resolution_y
        middle += side * ((left + right) / 2 - 0.5) * wide * 0.9 + up * ((low + high) / 2 - 0.5 + lift) * tall * 0.9
    focus_on(eye, focus or middle + back * 0.3, softness)
    return eye


def look(at: Vector, eye_at: Vector, lens: float = 70, softness: float = 1.0) -> bpy.types.Object:
    """A camera at a place of its own, for scenes."""
    scene = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    data.lens = lens
    eye = bpy.data.objects.new("camera", data)
    eye.matrix_world = Matrix.Translation(eye_at) @ (at - eye_at).to_track_quat("-Z", "Y").to_matrix().to_4x4()
    scene.collection.objects.link(eye)
    scene.camera = eye
    focus_on(eye, at, softness)
    return eye


def focus_on(eye: bpy.types.Object, point: Vector, softness: float) -> None:
    """Sharp at the point, softer before and behind: the aperture grows with the distance so that every picture blurs alike."""
    bpy.context.view_layer.update()
    distance = (eye.matrix_world.inverted() @ point).z * -1
    lens = eye.data
    lens.dof.use_dof, lens.dof.focus_distance = softness > 0, distance
    # An opening of 1/90 of the distance keeps a tin sharp from rim to rim and lets the ground go soft.
    opening = max(1e-4, distance / 90 * softness)
    lens.dof.aperture_fstop = lens.lens / 1000 / opening
