"""Shapes to build props from: turned, drawn, folded and cut. One unit is ten centimetres; z is up, the camera looks along +y."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import bpy
from mathutils import Matrix, Vector, noise

Point = tuple[float, float]
Surface = Callable[[float, float], Vector]


def mesh(
    name: str,
    vertices: Sequence[Vector],
    faces: Sequence[Sequence[int]],
    material: bpy.types.Material | None,
    uvs: Sequence[Point] | None = None,
    smooth: float = 40,
) -> bpy.types.Object:
    """A mesh object in the scene; `uvs` holds one pair a vertex, `smooth` is the angle up to which edges are rounded off."""
    data = bpy.data.meshes.new(name)
    data.from_pydata(vertices, [], faces)
    if uvs is not None:
        layer = data.uv_layers.new()
        for loop in data.loops:
            layer.data[loop.index].uv = uvs[loop.vertex_index]
    if material:
        data.materials.append(material)
    for polygon in data.polygons:
        polygon.use_smooth = True
    data.use_auto_smooth = True
    data.auto_smooth_angle = math.radians(smooth)
    data.update()
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def curve(points: Sequence[Sequence[float]], steps: int = 8) -> list[tuple[float, ...]]:
    """A smooth line through all the points (Catmull-Rom), in as many dimensions as they have."""
    padded = [points[0], *points, points[-1]]
    line: list[tuple[float, ...]] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        for step in range(steps):
            t = step / steps
            line.append(
                tuple(
                    0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3)
                    for p, q, r, s in zip(a, b, c, d)
                )
            )
    line.append(tuple(points[-1]))
    return line


def rounded(points: Sequence[Point], radius: float = 0.03, steps: int = 4) -> list[Point]:
    """The same outline with its inner corners rounded; each corner gives way to its shorter neighbour."""
    line: list[Point] = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:]):
        a, b, c = Vector(before), Vector(corner), Vector(after)
        reach = min(radius, (a - b).length * 0.49, (c - b).length * 0.49)
        if reach < 1e-5:
            line.append(corner)
            continue
        start, end = b + (a - b).normalized() * reach, b + (c - b).normalized() * reach
        for step in range(steps + 1):
            t = step / steps
            line.append(tuple((1 - t) ** 2 * start + 2 * t * (1 - t) * b + t * t * end))
    line.append(points[-1])
    return line


def turned(
    outline: Sequence[Point],
    material: bpy.types.Material,
    around: int = 96,
    smooth: float = 40,
    wobble: float = 0.0,
    sides: Callable[[float, float], float] | None = None,
) -> bpy.types.Object:
    """A body turned on a wheel from (radius, height) points; `wobble` is the hand of the potter, `sides` scales the radius by angle and height."""
    vertices, uvs, faces = [], [], []
    for row, (radius, height) in enumerate(outline):
        for column in range(around + 1):
            angle = 2 * math.pi * column / around - math.pi / 2
            r = radius * (sides(angle, height) if sides else 1)
            if wobble:
                r *= 1 + wobble * noise.noise((math.cos(angle) * 0.8, math.sin(angle) * 0.8, height * 1.3))
            vertices.append(Vector((r * math.cos(angle), r * math.sin(angle), height)))
            uvs.append((column / around, row / max(1, len(outline) - 1)))
    for row in range(len(outline) - 1):
        for column in range(around):
            a = row * (around + 1) + column
            faces.append((a, a + 1, a + around + 2, a + around + 1))
    return weld(mesh("turned", vertices, faces, material, uvs, smooth))


def weld(thing: bpy.types.Object, distance: float = 1e-4) -> bpy.types.Object:
    """Close seams and poles, with all faces looking outwards."""
    import bmesh

    form = bmesh.new()
    form.from_mesh(thing.data)
    bmesh.ops.remove_doubles(form, verts=form.verts, dist=distance)
    bmesh.ops.recalc_face_normals(form, faces=form.faces)
    form.to_mesh(thing.data)
    form.free()
    return thing


def sheet(
    surface: Surface,
    material: bpy.types.Material,
    across: int = 48,
    up: int = 48,
    span: tuple[float, float, float, float] = (0, 1, 0, 1),
    smooth: float = 60,
) -> bpy.types.Object:
    """The part `span` (u0, u1, v0, v1) of a surface, with a picture's full width laid over it."""
    u0, u1, v0, v1 = span
    vertices, uvs, faces = [], [], []
    for j in range(up + 1):
        for i in range(across + 1):
            vertices.append(Vector(surface(u0 + (u1 - u0) * i / across, v0 + (v1 - v0) * j / up)))
            uvs.append((i / across, j / up))
    for j in range(up):
        for i in range(across):
            a = j * (across + 1) + i
            faces.append((a, a + 1, a + across + 2, a + across + 1))
    return mesh("sheet", vertices, faces, material, uvs, smooth)


def wrapped(
    radius: float | Callable[[float], float],
    bottom: float,
    top: float,
    material: bpy.types.Material,
    arc: float = 140,
    turn: float = 0,
    lift: float = 0.006,
) -> bpy.types.Object:
    """A label bent round a turned body: `arc` degrees wide, facing the camera unless turned."""
    reach = radius if callable(radius) else lambda z: radius

    def surface(u: float, v: float) -> Vector:
        angle = math.radians(-90 + turn + (u - 0.5) * arc)
        z = bottom + (top - bottom) * v
        r = reach(z) + lift
        return Vector((r * math.cos(angle), r * math.sin(angle), z))

    return sheet(surface, material, across=64, up=12)


def tube(
    path: Sequence[Sequence[float]],
    radii: Sequence[float] | float,
    material: bpy.types.Material,
    around: int = 20,
    flat: float = 1.0,
    steps: int = 8,
    side: tuple[float, float, float] = (0, 1, 0),
) -> bpy.types.Object:
    """A rod drawn along a smooth path; `flat` squeezes it across `side`."""
    line = [Vector(p) for p in curve(path, steps)]
    thick = [radii] * len(path) if isinstance(radii, (int, float)) else list(radii)
    widths = [w[0] for w in curve([(r,) for r in thick], steps)]
    vertices, faces, uvs = [], [], []
    across = Vector(side)
    for k, here in enumerate(line):
        ahead = (line[min(k + 1, len(line) - 1)] - line[max(k - 1, 0)]).normalized()
        across = (across - ahead * across.dot(ahead)).normalized()
        over = ahead.cross(across)
        for i in range(around):
            angle = 2 * math.pi * i / around
            vertices.append(here + across * math.cos(angle) * widths[k] + over * math.sin(angle) * widths[k] * flat)
            uvs.append((i / around, k / len(line)))
    for k in range(len(line) - 1):
        for i in range(around):
            a, b = k * around + i, k * around + (i + 1) % around
            faces.append((a, b, b + around, a + around))
    faces += [tuple(range(around))[::-1], tuple(range((len(line) - 1) * around, len(line) * around))]
    return mesh("tube", vertices, faces, material, uvs, 50)


def block(
    size: tuple[float, float, float],
    material: bpy.types.Material,
    edge: float = 0.03,
    at: tuple[float, float, float] = (0, 0, 0),
    segments: int = 3,
) -> bpy.types.Object:
    """A box standing on `at`, its edges eased by `edge`."""
    x, y, z = size[0] / 2, size[1] / 2, size[2]
    corners = [Vector((sx * x, sy * y, z * sz)) for sz in (0, 1) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    faces = [(3, 2, 1, 0), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)]
    thing = mesh("block", corners, faces, material)
    if edge:
        bevel(thing, edge, segments)
    thing.location = at
    return thing


def bevel(thing: bpy.types.Object, width: float, segments: int = 3) -> bpy.types.Object:
    """Ease the sharp edges of a thing."""
    modifier = thing.modifiers.new("bevel", "BEVEL")
    modifier.width, modifier.segments, modifier.limit_method = width, segments, "ANGLE"
    modifier.harden_normals = False
    return thing


def decal(
    width: float,
    height: float,
    material: bpy.types.Material,
    place: Matrix | None = None,
) -> bpy.types.Object:
    """A flat printed rectangle facing the camera (towards -y), centred on its origin."""
    thing = sheet(lambda u, v: Vector(((u - 0.5) * width, 0, (v - 0.5) * height)), material, 1, 1)
    if place is not None:
        thing.matrix_world = place
    return thing


def pebble(
    size: tuple[float, float, float],
    material: bpy.types.Material,
    rough: float = 0.15,
    seed: float = 0,
    grain: float = 1.6,
    detail: int = 2,
    smooth: float = 60,
) -> bpy.types.Object:
    """An irregular lump: a nut, a nib, a crystal."""
    import bmesh

    form = bmesh.new()
    bmesh.ops.create_icosphere(form, subdivisions=detail, radius=1)
    for vertex in form.verts:
        swell = 1 + rough * noise.fractal(vertex.co * grain + Vector((seed, seed * 2.3, 0)), 1, 2, 3)
        vertex.co = Vector(a * b * swell for a, b in zip(vertex.co, size))
    data = bpy.data.meshes.new("pebble")
    form.to_mesh(data)
    form.free()
    data.materials.append(material)
    for polygon in data.polygons:
        polygon.use_smooth = True
    data.use_auto_smooth, data.auto_smooth_angle = True, math.radians(smooth)
    thing = bpy.data.objects.new("pebble", data)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def crumple(thing: bpy.types.Object, amount: float, size: float = 1.5, seed: float = 0) -> bpy.types.Object:
    """Push every vertex a little out of place, as handling does."""
    for vertex in thing.data.vertices:
        vertex.co += noise.noise_vector(vertex.co * size + Vector((seed, seed, seed))) * amount
    return thing


def joined(things: Sequence[bpy.types.Object], name: str = "group") -> bpy.types.Object:
    """An empty that carries the things, so they move as one."""
    handle = bpy.data.objects.new(name, None)
    bpy.context.scene.collection.objects.link(handle)
    for thing in things:
        if thing.parent is None:
            thing.parent = handle
    return handle


def merged(things: Sequence[bpy.types.Object]) -> bpy.types.Object:
    """One mesh out of several, each keeping its material."""
    bpy.context.view_layer.update()
    with bpy.context.temp_override(
        active_object=things[0], object=things[0], selected_editable_objects=list(things), selected_objects=list(things)
    ):
        bpy.ops.object.join()
    return things[0]


def placed(
    thing: bpy.types.Object,
    x: float = 0,
    y: float = 0,
    turn: float = 0,
    z: float = 0,
    tilt: float = 0,
    roll: float = 0,
    scale: float = 1,
) -> bpy.types.Object:
    """The thing, put where it belongs; angles in degrees, `tilt` leans it back, `roll` sideways."""
    thing.location = Vector((x, y, z))
    thing.rotation_euler = (
        thing.rotation_euler.x - math.radians(tilt),
        thing.rotation_euler.y + math.radians(roll),
        math.radians(turn),
    )
    thing.scale = (scale, scale, scale)
    return thing


def twin(thing: bpy.types.Object) -> bpy.types.Object:
    """Another one of the same mesh."""
    copy = thing.copy()
    bpy.context.scene.collection.objects.link(copy)
    return copy
