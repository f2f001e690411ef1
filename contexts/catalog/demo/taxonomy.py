"""What the demo shop is made of, as `demo_data/` has it: read once, in whole, and never changed."""

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "demo_data"

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Brand:
    """:param level: what its products cost beside what is usual."""

    slug: str
    name: str
    supplier: str
    level: float
    lines: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archetype:
    """A pattern of products; `archetypes.toml` says what each field means."""

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
class Making:
    """One way to make a product of an archetype."""

    brand: Brand
    line: str
    kind: str
    material: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """:param by_hand: the products of `products.toml`, as they stand there."""

    categories: list[dict[str, str]]
    suppliers: list[dict[str, str]]
    brands: dict[str, Brand]
    materials: dict[str, str]
    units: dict[str, str]
    archetypes: list[Archetype]
    makings: dict[str, list[Making]]
    by_hand: list[dict[str, Any]]


@cache
def taxonomy() -> Taxonomy:
    """Return all of it."""
    known, by_hand = _read("taxonomy"), _read("products")["products"]
    brands = {row["slug"]: Brand(**row) for row in known["brands"]}
    archetypes = [Archetype(**row) for row in _read("archetypes")["archetypes"]]
    return Taxonomy(
        categories=known["categories"],
        suppliers=known["suppliers"],
        brands=brands,
        materials=known["materials"],
        units=known["units"],
        archetypes=archetypes,
        makings={archetype.code: _makings(archetype, brands) for archetype in archetypes},
        by_hand=by_hand,
    )


def _makings(archetype: Archetype, brands: dict[str, Brand]) -> list[Making]:
    lines = [(brands[slug], line) for slug in archetype.brands for line in brands[slug].lines]
    ways = product(lines, archetype.kinds, archetype.materials)
    return [Making(brand, line, kind, material) for (brand, line), kind, material in ways]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
