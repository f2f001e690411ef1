"""The parts of the demo shop, from the files of `data/`: read once, and never changed."""

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Brand:
    """
    A brand of the demo shop.

    :param price_factor: the prices of its products, relative to the usual prices.
    """

    slug: str
    name: str
    supplier: str
    price_factor: float
    lines: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archetype:
    """A pattern of products; `archetypes.toml` explains each field."""

    code: str
    noun: str
    category: str
    brands: list[str]
    price: tuple[float, float]
    weight: tuple[int, int]
    first: list[str]
    then: list[str]
    attributes: dict[str, list[Value]]
    name: str = ""
    tax: str = "standard"
    kinds: tuple[str, ...] = ("",)
    materials: tuple[str, ...] = ("",)
    sizes: tuple[tuple[str, float], ...] = ()
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Combination:
    """One way to make a product of an archetype."""

    brand: Brand
    line: str
    kind: str
    material: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """
    The data from which products are made.

    :param handwritten: the products of `products.toml`, unchanged.
    """

    categories: list[dict[str, str]]
    suppliers: list[dict[str, str]]
    brands: dict[str, Brand]
    materials: dict[str, str]
    units: dict[str, str]
    archetypes: list[Archetype]
    combinations: dict[str, list[Combination]]
    handwritten: list[dict[str, Any]]


@cache
def taxonomy() -> Taxonomy:
    """Return all parts."""
    raw, handwritten = _read("taxonomy"), _read("products")["products"]
    brands = {row["slug"]: Brand(**row) for row in raw["brands"]}
    archetypes = [Archetype(**row) for row in _read("archetypes")["archetypes"]]
    return Taxonomy(
        categories=raw["categories"],
        suppliers=raw["suppliers"],
        brands=brands,
        materials=raw["materials"],
        units=raw["units"],
        archetypes=archetypes,
        combinations={archetype.code: _combinations(archetype, brands) for archetype in archetypes},
        handwritten=handwritten,
    )


def _combinations(archetype: Archetype, brands: dict[str, Brand]) -> list[Combination]:
    lines = [(brands[slug], line) for slug in archetype.brands for line in brands[slug].lines]
    choices = product(lines, archetype.kinds, archetype.materials)
    return [Combination(brand, line, kind, material) for (brand, line), kind, material in choices]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
