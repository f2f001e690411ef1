"""Something to sell, in catalog's tables only."""

from decimal import Decimal

from contexts.catalog.db import atomic
from contexts.catalog.models import Brand, Category, Product, Stock, Supplier, Variant


def create_variant(
    sku: str,
    *,
    price: str = "10.00",
    on_hand: int = 10,
    brand: str = "acme",
    category: str = "things",
    supplier: str = "depot",
) -> Variant:
    """Put a product of one variant on sale."""
    with atomic():
        return _create_variant(sku, price, on_hand, brand, category, supplier)


def _create_variant(sku: str, price: str, on_hand: int, brand: str, category: str, supplier: str) -> Variant:
    Brand.objects.get_or_create(slug=brand, defaults={"name": brand.title()})
    Category.objects.get_or_create(slug=category, defaults={"name": category.title(), "path": f"/{category}/"})
    Supplier.objects.get_or_create(slug=supplier, defaults={"name": supplier.title()})
    product = Product.objects.create(
        slug=sku.lower(), name=sku.title(), brand_id=brand, category_id=category, supplier_id=supplier
    )
    variant = Variant.objects.create(sku=sku, product=product, price=Decimal(price))
    Stock.objects.create(variant=variant, on_hand=on_hand)
    return variant
