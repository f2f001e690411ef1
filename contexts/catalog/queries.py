"""Reading the catalog; nothing here changes anything."""

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from contexts.catalog.models import Brand, Category, Product, ProductQuerySet, Stock, Supplier, Variant


def products(*, brands: list[str], categories: list[str], suppliers: list[str]) -> ProductQuerySet:
    """Return the products that match, by name."""
    found = Product.objects.matching(brands=brands, categories=categories, suppliers=suppliers)
    return found.order_by("name", "id")


def with_offer(found: ProductQuerySet) -> ProductQuerySet:
    """Add to each product what it costs at least, the SKU of its first variant, and how many are available in all."""
    variants = Variant.objects.filter(product=OuterRef("pk"))
    stock = Stock.objects.filter(variant__product=OuterRef("pk")).order_by().values("variant__product")
    return found.annotate(
        sku=Subquery(variants.order_by("position", "sku").values("sku")[:1]),
        price=Subquery(variants.order_by("price").values("price")[:1]),
        available=Coalesce(
            Subquery(stock.annotate(free=Sum(F("on_hand") - F("reserved"))).values("free")),
            0,
            output_field=IntegerField(),
        ),
    )


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
