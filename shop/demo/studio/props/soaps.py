"""Soap and what else lies by the bath."""

from __future__ import annotations

import math

import bpy
import forms
import labels
import materials
from look import Look
from mathutils import Matrix, Vector, noise

from props import drawn, vessels

Prop = bpy.types.Object


def soap_bar(
    look: Look,
    stamp: str | None = "",
    band: bool = True,
    size: tuple[float, float, float] = (1.25, 0.5, 0.8),
    flecks: str | None = None,
    soapy: bpy.types.Material | None = None,
    pressed: str | None = None,
) -> Prop:
    """A cold-made bar standing on its long side, with a die-stamped face and a paper band."""
    w, d, h = size
    stuff = soapy or materials.soap(look.body, flecks, 0.6)
    body = forms.block(size, stuff, 0.06, segments=5)
    forms_parts: list[Prop] = [body]
    # A real bar is never square: lean the corners a little.
    for vertex in body.data.vertices:
        vertex.co += noise.noise_vector(vertex.co * 2 + Vector((look.seed, 0, 0))) * 0.02
    if band:
        bw = w * 0.5
        art = look.label(bw, h * 0.98, layout=look.pick(("classic", "roundel", "modern")))
        wrap = materials.paper(look.paper)
        strip = forms.block((bw, d + 0.012, h + 0.012), wrap, 0.05, (0, 0, -0.004), 5)
        forms_parts += [
            strip,
            forms.decal(bw - 0.01, h - 0.1, materials.printed(art), Matrix.Translation((0, -d / 2 - 0.009, h / 2))),
        ]
    return forms.joined(forms_parts, "soap")


def stamped_soap(
    look: Look,
    text: str,
    ornament: str,
    size: tuple[float, float, float] = (1.0, 0.72, 0.42),
    flecks: str | None = None,
    relief: str | None = None,
) -> Prop:
    """A bar lying down, its stamp on top."""
    w, d, h = size
    stuff = materials.soap(look.body, flecks, 0.6)
    body = forms.block(size, stuff, 0.06, segments=5)
    die = str(drawn.cells(58)) if relief == "comb" else str(labels.stamp(w * 0.8, d * 0.8, text, ornament))
    top = materials.soap(look.body, flecks, 0.6)
    nodes, links = top.node_tree.nodes, top.node_tree.links
    image = nodes.new("ShaderNodeTexImage")
    image.image, image.extension = bpy.data.images.load(die), "EXTEND"
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Distance"].default_value, bump.inputs["Strength"].default_value = 0.05, 1.0
    links.new(image.outputs["Color"], bump.inputs["Height"])
    shader = nodes["Principled BSDF"]
    links.new(shader.inputs["Normal"].links[0].from_socket, bump.inputs["Normal"])
    links.new(bump.outputs[0], shader.inputs["Normal"])
    face = forms.decal(w * 0.86, d * 0.84, top, Matrix.Translation((0, 0, h + 0.001)) @ Matrix.Rotation(-math.pi / 2, 4, "X"))
    return forms.joined([body, face], "stamped soap")


def muslin_bag(seed: int = 1, colour: str = "#f1e9d8", content: str = "#e0a44a") -> Prop:
    """A filled muslin bag drawn shut with string."""
    recipe = materials.Recipe("muslin", Roughness=0.95, Specular=0.1)
    recipe.colour(recipe.ramp(recipe.noise(5, 3), (0.36, materials.shade(content, 1.15)), (0.5, colour)))
    recipe.bump(recipe.noise(60, 2), 0.012, 0.8)

    def skin(u: float, v: float) -> Vector:
        a = u * 2 * math.pi
        line = [(0, 0.2), (0.04, 0.36), (0.25, 0.44), (0.5, 0.36), (0.66, 0.16), (0.72, 0.085), (0.8, 0.13), (1.0, 0.25)]
        for (z0, r0), (z1, r1) in zip(line, line[1:]):
            if v <= z1:
                t = (v - z0) / (z1 - z0)
                r = r0 + (r1 - r0) * t * t * (3 - 2 * t)
                break
        pleat = 0.22 * max(0, 1 - abs(v - 0.74) / 0.3)
        r *= 1 + pleat * math.sin(a * 11 + seed) + 0.1 * noise.noise((math.cos(a) * 1.7, math.sin(a) * 1.7, v * 4 + seed))
        return Vector((r * math.cos(a), r * math.sin(a) * 0.86, v * 0.98))

    bag = forms.sheet(skin, recipe.material, 110, 60, smooth=180)
    cord = [
        forms.turned(
            [(0.1 + 0.018 * math.cos(i / 2), 0.7 + k * 0.03 + 0.018 * math.sin(i / 2)) for i in range(14)],
            materials.cloth("#c9a876", 90),
            40,
        )
        for k in range(2)
    ]
    return forms.joined([bag, *cord, *vessels.bow(0, -0.12, 0.71, "#c9a876", 0.17)], "muslin bag")
