"""What things are made of. Colours are given as hex, as a printer would."""

from __future__ import annotations

from pathlib import Path

import bpy

Colour = str | tuple[float, float, float]


def linear(colour: Colour) -> tuple[float, float, float, float]:
    """A hex colour as Cycles counts light."""
    if not isinstance(colour, str):
        return (*colour, 1.0)
    digits = colour.lstrip("#")
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return (*(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts), 1.0)


def shade(colour: str, factor: float) -> str:
    """The same colour darker (below 1) or lighter (above)."""
    digits = colour.lstrip("#")
    parts = [int(digits[i : i + 2], 16) for i in (0, 2, 4)]
    if factor <= 1:
        return "#" + "".join(f"{round(p * factor):02x}" for p in parts)
    return "#" + "".join(f"{round(p + (255 - p) * min(1, factor - 1)):02x}" for p in parts)


class Recipe:
    """A node tree in the making, around one Principled shader."""

    def __init__(self, name: str, **inputs: object) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.nodes = self.material.node_tree.nodes
        self.links = self.material.node_tree.links
        self.shader = self.nodes["Principled BSDF"]
        self.output = self.nodes["Material Output"]
        self.set(self.shader, inputs)

    def set(self, node: bpy.types.Node, inputs: dict[str, object]) -> None:
        for key, value in inputs.items():
            socket = node.inputs[key.replace("_", " ")]
            if isinstance(value, bpy.types.NodeSocket):
                self.links.new(value, socket)
            elif isinstance(value, str):
                socket.default_value = linear(value)
            else:
                socket.default_value = value

    def add(self, kind: str, _attributes: dict[str, object] | None = None, **inputs: object) -> bpy.types.Node:
        node = self.nodes.new("ShaderNode" + kind)
        for key, value in (_attributes or {}).items():
            setattr(node, key, value)
        self.set(node, inputs)
        return node

    def coordinates(self, stretch: tuple[float, float, float] = (1, 1, 1)) -> bpy.types.NodeSocket:
        """The place on the object, each object with a shift of its own so that no two look alike."""
        place, luck = self.add("TexCoord"), self.add("ObjectInfo")
        shift = self.add("VectorMath", {"operation": "SCALE"}, Scale=luck.outputs["Random"])
        shift.inputs[0].default_value = (31, 17, 23)
        mapping = self.add("Mapping", None, Vector=place.outputs["Object"], Location=shift.outputs[0], Scale=stretch)
        return mapping.outputs[0]

    def noise(self, scale: float, detail: float = 4, stretch: tuple[float, float, float] = (1, 1, 1)) -> bpy.types.NodeSocket:
        return self.add("TexNoise", None, Vector=self.coordinates(stretch), Scale=scale, Detail=detail).outputs["Fac"]

    def ramp(self, value: bpy.types.NodeSocket, *stops: tuple[float, Colour]) -> bpy.types.NodeSocket:
        node = self.add("ValToRGB", None, Fac=value)
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, colour) in zip(elements, stops):
            element.position, element.color = position, linear(colour)
        return node.outputs["Color"]

    def between(
        self, value: bpy.types.NodeSocket, low: float, high: float, start: float = 0.3, end: float = 0.7
    ) -> bpy.types.NodeSocket:
        node = self.add("MapRange", None, Value=value)
        for index, number in enumerate((start, end, low, high), start=1):
            node.inputs[index].default_value = number
        return node.outputs[0]

    def bump(self, height: bpy.types.NodeSocket, distance: float, strength: float = 1) -> Recipe:
        node = self.add("Bump", None, Height=height, Distance=distance, Strength=strength)
        previous = self.shader.inputs["Normal"]
        if previous.is_linked:
            self.links.new(previous.links[0].from_socket, node.inputs["Normal"])
        self.links.new(node.outputs[0], previous)
        return self

    def colour(self, socket: bpy.types.NodeSocket) -> Recipe:
        self.links.new(socket, self.shader.inputs["Base Color"])
        return self

    def shadowless(self, tint: Colour = "#ffffff") -> Recipe:
        """Let light pass to what lies behind, tinted: glass without the noise of caustics."""
        path = self.add("LightPath")
        clear = self.add("BsdfTransparent", None, Color=linear(tint))
        choice = self.add("MixShader", None, Fac=path.outputs["Is Shadow Ray"])
        self.links.new(self.output.inputs["Surface"].links[0].from_socket, choice.inputs[1])
        self.links.new(clear.outputs[0], choice.inputs[2])
        self.links.new(choice.outputs[0], self.output.inputs["Surface"])
        return self


def plain(colour: Colour, rough: float = 0.5, **inputs: object) -> bpy.types.Material:
    """One even surface."""
    return Recipe("plain", Base_Color=linear(colour), Roughness=rough, **inputs).material


def glaze(colour: str, speckles: float = 0.5, gloss: float = 0.25) -> bpy.types.Material:
    """Glazed stoneware: pooled colour, iron speckles, a soft shine that is not even."""
    recipe = Recipe("glaze", Clearcoat=0.5, Clearcoat_Roughness=0.12)
    pooled = recipe.ramp(recipe.noise(1.6, 3), (0.35, shade(colour, 0.86)), (0.65, shade(colour, 1.08)))
    spots = recipe.add("TexVoronoi", None, Vector=recipe.coordinates(), Scale=16, Randomness=1)
    few = recipe.between(recipe.noise(5, 2), 0.0, 0.16 * speckles, 0.42, 0.7)
    is_spot = recipe.add("Math", {"operation": "LESS_THAN"})
    recipe.links.new(spots.outputs["Distance"], is_spot.inputs[0])
    recipe.links.new(few, is_spot.inputs[1])
    mixed = recipe.add("MixRGB", None, Fac=is_spot.outputs[0], Color1=pooled, Color2=linear(shade(colour, 0.38)))
    recipe.colour(mixed.outputs[0])
    recipe.set(recipe.shader, {"Roughness": recipe.between(recipe.noise(3), gloss, gloss + 0.18)})
    return recipe.bump(recipe.noise(4, 2), 0.02, 0.5).material


def clay(colour: str) -> bpy.types.Material:
    """Unglazed, slightly sandy clay."""
    recipe = Recipe("clay", Roughness=0.85, Specular=0.25)
    recipe.colour(recipe.ramp(recipe.noise(14, 4), (0.3, shade(colour, 0.8)), (0.7, shade(colour, 1.12))))
    return recipe.bump(recipe.noise(40, 4), 0.01, 0.6).material


def painted(colour: str, gloss: float = 0.4) -> bpy.types.Material:
    """Lacquered tin, with a few rubbed places."""
    recipe = Recipe("painted", Specular=0.45, Clearcoat=0.15, Clearcoat_Roughness=0.2)
    recipe.colour(recipe.ramp(recipe.noise(2.2, 3), (0.3, shade(colour, 0.92)), (0.7, shade(colour, 1.04))))
    recipe.set(recipe.shader, {"Roughness": recipe.between(recipe.noise(6, 4), gloss - 0.08, gloss + 0.14)})
    return recipe.bump(recipe.noise(2.2, 2), 0.012, 0.5).material


def metal(colour: str = "#c9c7c2", rough: float = 0.28, brushed: float = 1.0, along: str = "z") -> bpy.types.Material:
    """Brushed metal; the lines run round a turned body (`z`) or across a plate (`x`)."""
    recipe = Recipe("metal", Base_Color=linear(colour), Metallic=1.0)
    stretch = (0.4, 0.4, 60) if along == "z" else (0.5, 60, 60)
    lines = recipe.noise(3, 3, stretch)
    worn = recipe.noise(2.5, 4)
    recipe.colour(recipe.ramp(worn, (0.3, shade(colour, 0.88)), (0.65, colour)))
    recipe.set(recipe.shader, {"Roughness": recipe.between(lines, rough - 0.06 * brushed, rough + 0.1 * brushed)})
    return recipe.bump(lines, 0.004 * brushed, 0.4).material


def paper(colour: str, rough: float = 0.85) -> bpy.types.Material:
    """Uncoated paper."""
    recipe = Recipe("paper", Roughness=rough, Specular=0.2)
    recipe.colour(recipe.ramp(recipe.noise(22, 2), (0.3, shade(colour, 0.95)), (0.7, shade(colour, 1.03))))
    return recipe.bump(recipe.noise(30, 2), 0.006, 0.5).material


def kraft(colour: str = "#b8905f") -> bpy.types.Material:
    """Brown paper with fibres."""
    recipe = Recipe("kraft", Roughness=0.8, Specular=0.22)
    fibres = recipe.noise(55, 4, (1, 1, 0.35))
    recipe.colour(recipe.ramp(fibres, (0.3, shade(colour, 0.88)), (0.72, shade(colour, 1.06))))
    return recipe.bump(recipe.noise(7, 4), 0.03, 0.45).material


def printed(picture: Path | str, rough: float = 0.75, metallic: float = 0, grain: float = 0.5) -> bpy.types.Material:
    """Paper printed with a picture; where the picture is clear, so is the paper."""
    recipe = Recipe("printed", Roughness=rough, Specular=0.25, Metallic=metallic)
    image = recipe.add("TexImage", {"image": bpy.data.images.load(str(picture)), "extension": "EXTEND"})
    recipe.colour(image.outputs["Color"])
    recipe.links.new(image.outputs["Alpha"], recipe.shader.inputs["Alpha"])
    return recipe.bump(recipe.noise(30, 2), 0.006, grain).material


def stamped(picture: Path | str, colour: str, depth: float = 0.05, rough: float = 0.5) -> bpy.types.Material:
    """A surface pressed with a black-and-white die."""
    recipe = Recipe("stamped", Base_Color=linear(colour), Roughness=rough)
    image = recipe.add("TexImage", {"image": bpy.data.images.load(str(picture)), "extension": "EXTEND"})
    return recipe.bump(image.outputs["Color"], depth).material


def glass(tint: Colour = "#ffffff", rough: float = 0.0) -> bpy.types.Material:
    """Blown glass; light falls through it onto the table."""
    recipe = Recipe("glass", Base_Color=linear(tint), Roughness=rough, Transmission=1.0, IOR=1.45)
    shadow = tuple(0.38 + 0.6 * c for c in linear(tint)[:3])
    return recipe.shadowless(shadow).material


def liquid(colour: Colour, glow: float = 0.0, rough: float = 0.0, glowing: Colour | None = None) -> bpy.types.Material:
    """Tea, oil or honey: clear and coloured, with a `glow` from within where light would gather."""
    recipe = Recipe("liquid", Base_Color=linear(colour), Roughness=rough, Transmission=0.92, IOR=1.36)
    recipe.set(recipe.shader, {"Emission": linear(glowing or colour), "Emission Strength": glow})
    return recipe.shadowless(tuple(c**0.5 for c in linear(colour)[:3])).material


def wax(colour: str) -> bpy.types.Material:
    """Candle wax: light sinks in a little way."""
    recipe = Recipe(
        "wax", Base_Color=linear(colour), Subsurface=0.35, Subsurface_Color=linear(shade(colour, 1.1)), Roughness=0.48
    )
    recipe.set(recipe.shader, {"Subsurface Radius": (0.35, 0.2, 0.1)})
    return recipe.bump(recipe.noise(5, 3), 0.012, 0.5).material


def soap(colour: str, flecks: str | None = None, amount: float = 0.5, seed: float = 0) -> bpy.types.Material:
    """Cold-made soap: a soft skin, faint marbling and flecks of what is in it."""
    recipe = Recipe("soap", Subsurface=0.12, Subsurface_Color=linear(shade(colour, 1.1)), Roughness=0.5, Specular=0.4)
    recipe.set(recipe.shader, {"Subsurface Radius": (0.2, 0.15, 0.1)})
    swirl = recipe.add("TexNoise", None, Vector=recipe.coordinates((1, 1, 1.6)), Scale=1.7, Detail=5, Distortion=1.6)
    base = recipe.ramp(swirl.outputs["Fac"], (0.35, shade(colour, 0.9)), (0.62, shade(colour, 1.1)))
    if flecks:
        dots = recipe.add("TexVoronoi", None, Vector=recipe.coordinates((1, 1.7, 1)), Scale=11, Randomness=1)
        near = recipe.add("Math", {"operation": "LESS_THAN"})
        recipe.links.new(dots.outputs["Distance"], near.inputs[0])
        recipe.links.new(recipe.between(recipe.noise(7, 2), 0, 0.3 * amount, 0.4, 0.65), near.inputs[1])
        base = recipe.add("MixRGB", None, Fac=near.outputs[0], Color1=base, Color2=linear(flecks)).outputs[0]
    recipe.colour(base)
    return recipe.bump(recipe.noise(18, 4), 0.012, 0.5).bump(recipe.noise(2, 2), 0.05, 0.35).material


def wood(light: str = "#b98a5a", dark: str = "#7d5534", scale: float = 1.0, along: str = "x") -> bpy.types.Material:
    """Oiled wood with its grain along one axis."""
    recipe = Recipe("wood", Specular=0.3)
    stretch = {"x": (0.12, 1, 1), "y": (1, 0.12, 1), "z": (1, 1, 0.12)}[along]
    rings = recipe.add("TexNoise", None, Vector=recipe.coordinates(stretch), Scale=5 * scale, Detail=4, Distortion=0.6)
    recipe.colour(recipe.ramp(rings.outputs["Fac"], (0.32, dark), (0.5, light), (0.7, shade(light, 1.12))))
    recipe.set(recipe.shader, {"Roughness": recipe.between(rings.outputs["Fac"], 0.55, 0.42)})
    return recipe.bump(rings.outputs["Fac"], 0.012, 0.5).material


def cloth(colour: str, weave: float = 60) -> bpy.types.Material:
    """Linen."""
    recipe = Recipe("cloth", Roughness=0.95, Specular=0.1, Sheen=0.3)
    recipe.colour(recipe.ramp(recipe.noise(weave, 3), (0.3, shade(colour, 0.85)), (0.7, shade(colour, 1.1))))
    return recipe.bump(recipe.noise(weave, 2), 0.02, 0.8).material


def grown(colour: str, vary: float = 0.25, rough: float = 0.65, sheen: float = 0.3) -> bpy.types.Material:
    """Leaf, bean or petal: every piece has a shade of its own."""
    recipe = Recipe("grown", Roughness=rough, Specular=sheen)
    luck = recipe.add("ObjectInfo").outputs["Random"]
    patch = recipe.add("Math", {"operation": "MULTIPLY_ADD"})
    recipe.links.new(recipe.noise(5, 4), patch.inputs[0])
    patch.inputs[1].default_value = 0.6
    recipe.links.new(luck, patch.inputs[2])
    recipe.colour(recipe.ramp(patch.outputs[0], (0.3, shade(colour, 1 - vary)), (1.25, shade(colour, 1 + vary))))
    return recipe.bump(recipe.noise(9, 4), 0.01, 0.5).material


def glowing(colour: Colour, strength: float) -> bpy.types.Material:
    """A thing that gives light."""
    return Recipe("glowing", Base_Color=(0, 0, 0, 1), Emission=linear(colour), Emission_Strength=strength).material


def flame() -> bpy.types.Material:
    """Candle flame: blue and thin at the foot, bright in the body, seen through at its edge."""
    recipe = Recipe("flame")
    height = recipe.add("SeparateXYZ", None, Vector=recipe.add("TexCoord").outputs["Generated"]).outputs["Z"]
    tone = recipe.ramp(height, (0.0, "#5a6fc0"), (0.2, "#ffb055"), (0.6, "#ffd68a"))
    light = recipe.add("Emission", None, Color=tone, Strength=recipe.between(height, 1.5, 7, 0.05, 0.45))
    edge = recipe.add("LayerWeight", None, Blend=0.35)
    clear, mix = recipe.add("BsdfTransparent"), recipe.add("MixShader", None, Fac=edge.outputs["Facing"])
    recipe.links.new(light.outputs[0], mix.inputs[1])
    recipe.links.new(clear.outputs[0], mix.inputs[2])
    recipe.links.new(mix.outputs[0], recipe.output.inputs["Surface"])
    return recipe.material


def haze(picture: Path | str, strength: float = 0.5) -> bpy.types.Material:
    """Steam: a picture of light, seen through where it is dark."""
    recipe = Recipe("haze")
    image = recipe.add("TexImage", {"image": bpy.data.images.load(str(picture)), "extension": "CLIP"})
    image.image.colorspace_settings.name = "Non-Color"
    fac = recipe.add("Math", {"operation": "MULTIPLY"})
    recipe.links.new(image.outputs["Color"], fac.inputs[0])
    fac.inputs[1].default_value = strength
    light, clear = recipe.add("Emission", None, Color=linear("#fff6ea"), Strength=0.9), recipe.add("BsdfTransparent")
    mix = recipe.add("MixShader", None, Fac=fac.outputs[0])
    recipe.links.new(clear.outputs[0], mix.inputs[1])
    recipe.links.new(light.outputs[0], mix.inputs[2])
    recipe.links.new(mix.outputs[0], recipe.output.inputs["Surface"])
    return recipe.material
