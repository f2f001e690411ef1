"""The reads of catalog; nothing here changes a row."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from contexts.catalog.models import Brand, Category, Picture, Product, ProductQuerySet, Supplier, Variant

DEEP_OFFSET = 1000  # products before the page


def products(*, brands: list[str], categories: list[str], suppliers: list[str]) -> ProductQuerySet:
    """Return the products on sale that match, sorted by name; an empty list matches all."""
    matching = Product.objects.matching(brands=brands, categories=categories, suppliers=suppliers)
    return matching.filter(on_sale=True).order_by("sort_key", "id")


def page(products: ProductQuerySet, bounds: slice) -> ProductQuerySet:
    """Return a page of the products; for a page far back, find the ids first, which needs only an index."""
    if bounds.start < DEEP_OFFSET:
        return products[bounds]
    return Product.objects.filter(pk__in=products.values("pk")[bounds]).order_by("sort_key", "id")


class ProductRow(NamedTuple):
    """The columns of a product in a list. Not a model: this is the most frequent read of the shop."""

    id: UUID
    slug: str
    name: str
    brand_id: str
    brand__name: str
    category_id: str
    category__name: str
    supplier_id: str
    supplier__name: str
    thumbnail: str


class VariantRow(NamedTuple):
    product_id: UUID
    sku: str
    price: Decimal
    stock__on_hand: int | None
    stock__reserved: int | None

    @property
    def available(self) -> int:
        """The pieces that can be bought; 0 if the variant has no stock row."""
        return (self.stock__on_hand or 0) - (self.stock__reserved or 0)


def rows(queryset: ProductQuerySet) -> list[tuple[ProductRow, list[VariantRow]]]:
    """Return the products with their variants, without products that have none; two queries for any number."""
    products = [ProductRow._make(row) for row in queryset.values_list(*ProductRow._fields)]
    variants: dict[UUID, list[VariantRow]] = {product.id: [] for product in products}
    for row in Variant.objects.filter(product__in=list(variants)).values_list(*VariantRow._fields):
        variants[row[0]].append(VariantRow._make(row))
    return [(product, variants[product.id]) for product in products if variants[product.id]]


def product(slug: str) -> Product | None:
    """Return the product of this slug, on sale or not."""
    return Product.objects.select_related("brand", "supplier", "category").filter(slug=slug).first()


def current_slug(former_slug: str) -> str | None:
    """Return the slug of the product that had this slug before."""
    return Product.objects.filter(formerslug=former_slug).values_list("slug", flat=True).first()


def variants_of(product: Product) -> list[Variant]:
    return list(Variant.objects.filter(product=product).select_related("stock"))


def pictures_of(product: Product) -> list[Picture]:
    return list(Picture.objects.filter(product=product))


def variants(skus: list[str]) -> list[Variant]:
    """Return the variants on sale with these SKUs, each with its product and stock, sorted by SKU."""
    sold = Variant.objects.filter(sku__in=skus, product__on_sale=True)
    return list(sold.select_related("product", "stock").order_by("sku"))


def categories() -> list[Category]:
    return list(Category.objects.order_by("sort_key", "slug"))


def brands() -> list[Brand]:
    return list(Brand.objects.order_by("sort_key", "slug"))


def suppliers() -> list[Supplier]:
    return list(Supplier.objects.order_by("sort_key", "slug"))
