"""The JSON documents in catalog's responses."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from building_blocks.money import Money
from contexts.catalog.adapters.drawing import SIDE, drawing
from contexts.catalog.adapters.picture_files import url as file_url
from contexts.catalog.models import Picture, Product, Variant
from contexts.catalog.queries import ProductRow, VariantRow

DRAWING_PATH = "/api/v1/catalog/pictures/{slug}.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A brand, category or supplier."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNode:
    slug: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """A product in a list, with the price of its cheapest variant and the available pieces of all variants."""

    id: UUID
    slug: str
    sku: str
    name: str
    brand: Named
    category: Named
    supplier: Named
    price: Money
    available: int
    in_stock: bool
    image: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    name: str
    value: str | int | float | bool
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantOffer:
    sku: str
    name: str
    price: Money
    available: int
    in_stock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPicture:
    """
    A picture of a product.

    :param alt: a description for people who cannot see the picture.
    :param width: the width of the image at `url` in pixels; `height` likewise. `thumbnail` has the same proportions.
    """

    url: str
    thumbnail: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetail:
    """
    A product with every characteristic.

    :param images: the addresses of `pictures`, in the same order.
    """

    id: UUID
    slug: str
    name: str
    description: str
    brand: Named
    category: Named
    supplier: Named
    attributes: list[Attribute]
    variants: list[VariantOffer]
    images: list[str]
    pictures: list[ProductPicture]


def product_card(row: ProductRow, variants: list[VariantRow]) -> ProductCard:
    available = sum(variant.available for variant in variants)
    return ProductCard(
        id=row.id,
        slug=row.slug,
        sku=variants[0].sku,
        name=row.name,
        brand=Named(slug=row.brand_id, name=row.brand__name),
        category=Named(slug=row.category_id, name=row.category__name),
        supplier=Named(slug=row.supplier_id, name=row.supplier__name),
        price=Money(min(variant.price for variant in variants), settings.CURRENCY),
        available=available,
        in_stock=available > 0,
        image=file_url(row.thumbnail) if row.thumbnail else DRAWING_PATH.format(slug=row.slug),
    )


def product_detail(product: Product, variants: list[Variant], pictures: list[Picture]) -> ProductDetail:
    shown = [_stored_picture(picture) for picture in pictures] or [_drawn_picture(product)]
    return ProductDetail(
        id=product.id,
        slug=product.slug,
        name=product.name,
        description=product.description,
        brand=Named(slug=product.brand.slug, name=product.brand.name),
        category=Named(slug=product.category.slug, name=product.category.name),
        supplier=Named(slug=product.supplier.slug, name=product.supplier.name),
        attributes=[Attribute(**attribute) for attribute in product.attributes],
        variants=[
            VariantOffer(
                sku=variant.sku,
                name=variant.name,
                price=variant.unit_price,
                available=variant.available,
                in_stock=variant.available > 0,
            )
            for variant in variants
        ],
        images=[picture.url for picture in shown],
        pictures=shown,
    )


def _stored_picture(picture: Picture) -> ProductPicture:
    return ProductPicture(
        url=file_url(picture.large),
        thumbnail=file_url(picture.thumbnail),
        alt=picture.alt,
        width=picture.width,
        height=picture.height,
    )


def _drawn_picture(product: Product) -> ProductPicture:
    url = DRAWING_PATH.format(slug=product.slug)
    return ProductPicture(url=url, thumbnail=url, alt=product.name, width=SIDE, height=SIDE)


def product_drawing(product: Product, variants: list[Variant]) -> bytes:
    """Return the drawing of a product as an SVG file."""
    values = {attribute["name"]: str(attribute["value"]) for attribute in product.attributes}
    names = [variant.name for variant in variants[:1]]
    words = [*names, values.get("Colour", ""), values.get("Material", ""), product.name]
    return drawing(slug=product.slug, path=product.category.path, words=words).encode()
