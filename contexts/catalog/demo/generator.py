"""The products of the demo shop, each a pure function of its place in the shop: the same at every start."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from random import Random
from typing import Any

from django.utils.text import slugify

from contexts.catalog.demo.taxonomy import Archetype, Making, Taxonomy, taxonomy

SEED = "markethall"
SOLD_OUT, SCARCE = 0.05, 0.13  # of all products: those below the first have none, below the second hardly any


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
    """Yield the products from one place in the shop up to another: first those written by hand, then made-up ones."""
    known = taxonomy()
    by_hand = len(known.by_hand)
    for place in range(start, stop):
        if place < by_hand:
            yield _written(known.by_hand[place])
        else:
            number, pattern = divmod(place - by_hand, len(known.archetypes))
            yield _made_up(known, known.archetypes[pattern], number)


def _written(row: dict[str, Any]) -> DemoProduct:
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


def _made_up(known: Taxonomy, archetype: Archetype, number: int) -> DemoProduct:
    chance = Random(f"{SEED} {archetype.code} {number}")  # noqa: S311 - the same products at every start
    makings = known.makings[archetype.code]
    edition, way = divmod(number, len(makings))
    making = makings[way * _stride(len(makings)) % len(makings)]
    name = _name(archetype, making) + (f", No. {edition + 1}" if edition else "")
    colours = _colours(archetype, chance)
    return DemoProduct(
        slug=slugify(name),
        name=name,
        description=_description(known, archetype, making, chance),
        brand=making.brand.slug,
        supplier=making.brand.supplier,
        category=archetype.category,
        tax_class=archetype.tax,
        attributes=_attributes(known, archetype, making, colours, chance),
        variants=_variants(archetype, making, f"{archetype.code}-{1001 + number}", colours, chance),
    )


def _stride(count: int) -> int:
    """Return a step that visits all of so many places, and two neighbours never one after the other."""
    return next(step for step in range(int(count * 0.618) or 1, 2 * count) if gcd(step, count) == 1)


def _name(archetype: Archetype, making: Making) -> str:
    material = making.material.title() if len(archetype.materials) > 1 else ""
    if archetype.name:
        named = archetype.name.format(line=making.line, kind=making.kind, material=material)
        return " ".join(named.split())
    return " ".join(word for word in (making.line, making.kind, material, archetype.noun) if word)


def _description(known: Taxonomy, archetype: Archetype, making: Making, chance: Random) -> str:
    sentences = [chance.choice(archetype.first), chance.choice(archetype.then)]
    if making.material:
        sentences.append(known.materials[making.material])
    return " ".join(sentences)


def _attributes(
    known: Taxonomy, archetype: Archetype, making: Making, colours: list[str], chance: Random
) -> list[dict[str, Any]]:
    found: dict[str, Any] = {"Material": making.material} if making.material else {}
    if len(colours) == 1:
        found["Colour"] = colours[0]
    found |= {name: chance.choice(values) for name, values in archetype.attributes.items()}
    return [{"name": name, "value": value, "unit": known.units.get(name, "")} for name, value in found.items()]


def _colours(archetype: Archetype, chance: Random) -> list[str]:
    wanted = min(chance.choice((1, 2, 2, 3, 3, 4)), len(archetype.colours))
    chosen = set(chance.sample(archetype.colours, wanted))
    return [colour for colour in archetype.colours if colour in chosen]


def _variants(archetype: Archetype, making: Making, sku: str, colours: list[str], chance: Random) -> list[DemoVariant]:
    """Return a variant for each size, or for each colour where there are several, or the only one."""
    price, weight = chance.uniform(*archetype.price) * making.brand.level, chance.uniform(*archetype.weight)
    by_colour = tuple((colour, 1.0) for colour in colours) if len(colours) > 1 else ()
    usual = _usual_stock(price, chance)
    return [
        DemoVariant(
            sku=f"{sku}-{slugify(name).upper()}" if name else sku,
            name=name,
            price=_shop_price(price * factor),
            weight_grams=round(weight * factor),
            on_hand=usual and chance.randint(0 if usual > 3 else 1, usual),
        )
        for name, factor in archetype.sizes or by_colour or (("", 1.0),)
    ]


def _usual_stock(price: float, chance: Random) -> int:
    fate = chance.random()
    if fate < SOLD_OUT:
        return 0
    return chance.randint(1, 3) if fate < SCARCE else chance.randint(12, 40 if price > 100 else 160)


def _shop_price(amount: float) -> Decimal:
    """Return the amount as a shop would write it: 4.90, 12.50, 34.90, 36.00, 119.00."""
    if amount < 20:
        whole, part = divmod(amount, 1)
        return Decimal(int(whole)) + Decimal("0.50" if part < 0.5 else "0.90")
    if amount < 100:
        whole = round(amount)
        return Decimal(whole) - Decimal("0.10") if whole % 2 else Decimal(whole).quantize(Decimal("0.01"))
    fives = 5 * round(amount / 5)
    return Decimal(fives - 1 if fives % 10 == 0 else fives).quantize(Decimal("0.01"))
