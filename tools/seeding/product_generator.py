"""The products of the demo shop, each a pure function of its number: the same at every start."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from random import Random
from typing import Any

from django.utils.text import slugify

from tools.seeding.product_data import Archetype, Combination, Taxonomy, taxonomy

SEED = "markethall"
SOLD_OUT, SCARCE = 0.05, 0.13  # shares of all products: below the first sold out, below the second scarce


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVariant:
    sku: str
    name: str
    price: Decimal
    weight_grams: int
    on_hand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProduct:
    slug: str
    name: str
    description: str
    brand: str
    supplier: str
    category: str
    tax_class: str
    attributes: list[dict[str, Any]]
    variants: list[DemoVariant]


def products(start: int, stop: int) -> Iterator[DemoProduct]:
    """Yield the products from one number up to another: first those written by hand, then generated ones."""
    data = taxonomy()
    handwritten = len(data.handwritten)
    for place in range(start, stop):
        if place < handwritten:
            yield _handwritten(data.handwritten[place])
        else:
            number, pattern = divmod(place - handwritten, len(data.archetypes))
            yield _generated(data, data.archetypes[pattern], number)


def _handwritten(row: dict[str, Any]) -> DemoProduct:
    variants = [
        DemoVariant(
            sku=variant["sku"],
            name=variant["name"],
            price=Decimal(variant["price"]),
            weight_grams=variant["weight_grams"],
            on_hand=variant["stock"],
        )
        for variant in row["variants"]
    ]
    attributes = [{"unit": ""} | attribute for attribute in row["attributes"]]
    return DemoProduct(**row | {"attributes": attributes, "variants": variants})


def _generated(data: Taxonomy, archetype: Archetype, number: int) -> DemoProduct:
    rng = Random(f"{SEED} {archetype.code} {number}")  # noqa: S311 - the same products at every start
    combinations = data.combinations[archetype.code]
    edition, index = divmod(number, len(combinations))
    combination = combinations[index * _stride(len(combinations)) % len(combinations)]
    name = _name(archetype, combination) + (f", No. {edition + 1}" if edition else "")
    colours = _colours(archetype, rng)
    return DemoProduct(
        slug=slugify(name),
        name=name,
        description=_description(data, archetype, combination, rng),
        brand=combination.brand.slug,
        supplier=combination.brand.supplier,
        category=archetype.category,
        tax_class=archetype.tax,
        attributes=_attributes(data, archetype, combination, colours, rng),
        variants=_variants(archetype, combination, f"{archetype.code}-{1001 + number}", colours, rng),
    )


def _stride(count: int) -> int:
    """Return a step that visits all of `count` numbers, and never two neighbours in a row."""
    return next(step for step in range(int(count * 0.618) or 1, 2 * count) if gcd(step, count) == 1)


def _name(archetype: Archetype, combination: Combination) -> str:
    material = combination.material.title() if len(archetype.materials) > 1 else ""
    if archetype.name:
        named = archetype.name.format(line=combination.line, kind=combination.kind, material=material)
        return " ".join(named.split())
    return " ".join(word for word in (combination.line, combination.kind, material, archetype.noun) if word)


def _description(data: Taxonomy, archetype: Archetype, combination: Combination, rng: Random) -> str:
    sentences = [rng.choice(archetype.first), rng.choice(archetype.then)]
    if combination.material:
        sentences.append(data.materials[combination.material])
    return " ".join(sentences)


def _attributes(
    data: Taxonomy, archetype: Archetype, combination: Combination, colours: list[str], rng: Random
) -> list[dict[str, Any]]:
    values: dict[str, Any] = {"Material": combination.material} if combination.material else {}
    if len(colours) == 1:
        values["Colour"] = colours[0]
    values |= {name: rng.choice(options) for name, options in archetype.attributes.items()}
    return [{"name": name, "value": value, "unit": data.units.get(name, "")} for name, value in values.items()]


def _colours(archetype: Archetype, rng: Random) -> list[str]:
    count = min(rng.choice((1, 2, 2, 3, 3, 4)), len(archetype.colours))
    chosen = set(rng.sample(archetype.colours, count))
    return [colour for colour in archetype.colours if colour in chosen]


def _variants(
    archetype: Archetype, combination: Combination, sku: str, colours: list[str], rng: Random
) -> list[DemoVariant]:
    """Return a variant for each size, or for each colour if there are several, otherwise a single one."""
    price, weight = rng.uniform(*archetype.price) * combination.brand.price_factor, rng.uniform(*archetype.weight)
    by_colour = tuple((colour, 1.0) for colour in colours) if len(colours) > 1 else ()
    typical = _typical_stock(price, rng)
    return [
        DemoVariant(
            sku=f"{sku}-{slugify(name).upper()}" if name else sku,
            name=name,
            price=_shop_price(price * factor),
            weight_grams=round(weight * factor),
            on_hand=typical and rng.randint(0 if typical > 3 else 1, typical),
        )
        for name, factor in archetype.sizes or by_colour or (("", 1.0),)
    ]


def _typical_stock(price: float, rng: Random) -> int:
    roll = rng.random()
    if roll < SOLD_OUT:
        return 0
    return rng.randint(1, 3) if roll < SCARCE else rng.randint(12, 40 if price > 100 else 160)


def _shop_price(amount: float) -> Decimal:
    """Return the amount rounded as shops do: 4.90, 12.50, 34.90, 36.00, 119.00."""
    if amount < 20:
        whole, part = divmod(amount, 1)
        return Decimal(int(whole)) + Decimal("0.50" if part < 0.5 else "0.90")
    if amount < 100:
        whole = round(amount)
        return Decimal(whole) - Decimal("0.10") if whole % 2 else Decimal(whole).quantize(Decimal("0.01"))
    fives = 5 * round(amount / 5)
    return Decimal(fives - 1 if fives % 10 == 0 else fives).quantize(Decimal("0.01"))
