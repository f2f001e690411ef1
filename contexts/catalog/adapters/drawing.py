"""
A drawing for a product without pictures: a shape for its category, in its colour, always the same.

The SVG contains no text of an operator: words only select a colour.
"""

import re
from collections.abc import Iterable
from zlib import crc32

from contexts.catalog.adapters.shapes import PARCEL, SHAPES

Colour = tuple[int, int, int]

COLOURS = {
    "red": "#c0392f", "rust": "#a8512f", "terracotta": "#c4694a", "copper": "#b5704b", "rose": "#cf8f94",
    "claret": "#7c2638", "mustard": "#d3a133", "yellow": "#e0b92f", "brass": "#c39a4a", "beeswax": "#dcab4b",
    "tan": "#b57f4a", "leather": "#9b6238", "chestnut": "#70432c", "walnut": "#6b4a35", "oak": "#bd935f",
    "acacia": "#a0683f", "ash": "#d6bb90", "beech": "#d9b183", "birch": "#e0c89c", "pine": "#dfb979",
    "cork": "#c99b66", "cardboard": "#b98f63", "sand": "#d2bd94", "oat": "#d8c8a6", "natural": "#dacbaa",
    "linen": "#d5c8b0", "canvas": "#c2b28d", "cream": "#eadfc3", "white": "#e9e6df", "porcelain": "#e6e9ea",
    "paper": "#e4dcc8", "olive": "#7c7a3d", "moss": "#6f7d45", "sage": "#9bac8c", "green": "#4f7a55",
    "sea": "#5b9a93", "blue": "#3f6a9c", "sky": "#86b3d1", "indigo": "#3b4a80", "navy": "#2f3f5f", "ink": "#2f3a56",
    "glass": "#a8c6c8", "clear": "#b9d3d4", "smoke": "#8b8f90", "silver": "#b3b8ba", "steel": "#9aa3a8",
    "aluminium": "#aeb6ba", "slate": "#5d6873", "graphite": "#4d5257", "charcoal": "#454649", "iron": "#4a4a4c",
    "grey": "#8c9092", "black": "#2e2d2f", "stoneware": "#a79c8a", "earthenware": "#b57a58", "wool": "#c7b79b",
    "cotton": "#d9d3c5", "soapstone": "#83897f",
}  # fmt: skip
"""The colour of a word in the name of a variant, in an attribute or in the name of a product."""

PALETTE = ("#b5654a", "#5f7f8c", "#7d8a52", "#c09a4e", "#6d5b7b", "#4f7f78", "#a85f6d", "#56688f")
"""The colours of backdrops, and of products without a word in `COLOURS`."""

SIDE = 400
"""Width and height of a drawing in pixels, unless a page scales it."""

WHITE, BLACK = (255, 255, 255), (24, 22, 28)


def drawing(*, slug: str, path: str, words: Iterable[str]) -> str:
    """
    Return an SVG document.

    :param slug: the product's slug, which selects the backdrop, and the colour if no word does.
    :param path: the path of its category, as "/kitchen/mugs/": the last part with a shape is drawn, or else a parcel.
    :param words: texts that may contain a colour, the best first; in each text, the last colour counts.
    """
    number = crc32(slug.encode())
    main = _colour(words) or _rgb(PALETTE[number % len(PALETTE)])
    shape = next((SHAPES[part] for part in reversed(path.split("/")) if part in SHAPES), PARCEL)
    product = shape.format(
        main=_hex(main),
        dark=_hex(_mix(main, BLACK, 0.35)),
        light=_hex(_mix(main, WHITE, 0.45)),
    )
    backdrop = _rgb(PALETTE[number // 8 % len(PALETTE)])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
        f'<rect width="400" height="400" fill="{_hex(_mix(backdrop, WHITE, 0.86))}"/>'
        f'<circle cx="{140 + number % 120}" cy="190" r="150" fill="{_hex(_mix(backdrop, WHITE, 0.76))}"/>'
        f'<ellipse cx="200" cy="316" rx="130" ry="14" fill="{_hex(_mix(backdrop, BLACK, 0.2))}" opacity=".18"/>'
        f"{product}</svg>"
    )


def _colour(words: Iterable[str]) -> Colour | None:
    for text in words:
        for word in reversed(re.findall(r"[a-z]+", text.lower())):
            if word in COLOURS:
                return _rgb(COLOURS[word])
    return None


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _mix(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue
