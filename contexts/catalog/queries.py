"""Reading the catalog; nothing here changes anything."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from contexts.catalog.models import Brand, Category, Product, ProductQuerySet, Stock, Supplier, Variant


def products(*, brands: list[str], categories: list[str], suppliers: list[str]) -> ProductQuerySet:
    """Return the products that match, by name."""
    found = Product.objects.matching(brands=brands, categories=categories, suppliers=suppliers)
    return found.order_by("name", "id")


class ProductRow(NamedTuple):
    """What a list shows of a product, as plain columns: a page of rows is the hot path of the shop."""

    id: UUID
    slug: str
    sku: str
    name: str
    price: Decimal
    available: int
    brand_id: str
    brand__name: str
    category_id: str
    category__name: str
    supplier_id: str
    supplier__name: str


def rows(found: ProductQuerySet) -> list[ProductRow]:
    """
    Return the products with what each costs at least, the SKU of its first variant, and how many there are in all.

    One query, whatever the number of products and variants.
    """
    variants = Variant.objects.filter(product=OuterRef("pk"))
    stock = Stock.objects.filter(variant__product=OuterRef("pk")).order_by().values("variant__product")
    annotated = found.annotate(
        sku=Subquery(variants.order_by("position", "sku").values("sku")[:1]),
        price=Subquery(variants.order_by("price").values("price")[:1]),
        available=Coalesce(
            Subquery(stock.annotate(free=Sum(F("on_hand") - F("reserved"))).values("free")),
            0,
            output_field=IntegerField(),
        ),
    )
    return [ProductRow._make(row) for row in annotated.values_list(*ProductRow._fields)]


def product(slug: str) -> Product | None:
    return Product.objects.select_related("brand", "supplier", "category").filter(slug=slug).first()


def variants_of(product: Product) -> list[Variant]:
    return list(Variant.objects.filter(product=product).select_related("stock"))


def variants(skus: list[str]) -> list[Variant]:
    """Return the variants that are sold under these SKUs, each with its product and stock."""
    return list(Variant.objects.filter(sku__in=skus).select_related("product", "stock").order_by("sku"))


def categories() -> list[Category]:
    return list(Category.objects.order_by("path"))


def brands() -> list[Brand]:
    return list(Brand.objects.order_by("name"))


def suppliers() -> list[Supplier]:
    return list(Supplier.objects.order_by("name"))
