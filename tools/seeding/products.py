"""The demo's products: a number of thousands, written in batches, each batch once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from contexts.catalog.db import atomic
from contexts.catalog.domain.stock import MovementReason
from contexts.catalog.facade import CatalogFacade
from contexts.catalog.models import Brand, Category, Product, Stock, StockMovement, Supplier, Variant
from contexts.catalog.published.dto import Offer
from tools.seeding.product_data import taxonomy
from tools.seeding.product_generator import DemoProduct, products

BATCH = 1000  # products
ID_NAMESPACE = UUID("9c3f6f6e-6f0e-4d0f-8d52-6f3a4f0f7a10")


def seed(*, now: datetime, scale: int = 1, on_batch: Callable[[int], None] = lambda rows: None) -> str:
    """
    Fill a catalog that is empty or partly filled by this function, leave any other as it is, and return a summary.

    :param scale: the number of products, in thousands.
    :param on_batch: is called after each batch with the number of rows written, 0 for an existing batch.
    """
    if not Product.objects.exists() or _batch_exists(0):
        for batch in range(scale):
            on_batch(0 if _batch_exists(batch) else _create_batch(batch, now=now))
    return f"On sale        {Product.objects.count():,} products, MUG-RED among them"


def offers() -> list[Offer]:
    """Return the offers of the first batch, always in the same order."""
    skus = Variant.objects.filter(product__in=_ids(0)).values_list("sku", flat=True)
    return sorted(CatalogFacade().offers(skus=list(skus)), key=lambda offer: offer.sku)


def _ids(batch: int) -> list[UUID]:
    return [uuid5(ID_NAMESPACE, f"product {place}") for place in range(batch * BATCH, (batch + 1) * BATCH)]


def _batch_exists(batch: int) -> bool:
    return Product.objects.filter(pk__in=_ids(batch)).exists()


def _create_batch(batch: int, *, now: datetime) -> int:
    with_ids = list(zip(_ids(batch), products(batch * BATCH, (batch + 1) * BATCH), strict=True))
    variants = [
        Variant(
            product_id=id_,
            position=position,
            sku=variant.sku,
            name=variant.name,
            price=variant.price,
            weight_grams=variant.weight_grams,
        )
        for id_, product in with_ids
        for position, variant in enumerate(product.variants)
    ]
    stock = [
        Stock(variant_id=variant.sku, on_hand=variant.on_hand)
        for _, product in with_ids
        for variant in product.variants
    ]
    received = [
        StockMovement(stock=row, delta=row.on_hand, reason=MovementReason.RECEIVED, note="Opening stock", at=now)
        for row in stock
        if row.on_hand
    ]
    with atomic():
        if batch == 0:
            _create_taxonomy()
        Product.objects.bulk_create(_product(id_, product) for id_, product in with_ids)
        Variant.objects.bulk_create(variants)
        Stock.objects.bulk_create(stock)
        StockMovement.objects.bulk_create(received)
    return len(with_ids) + len(variants) + len(stock) + len(received)


def _create_taxonomy() -> None:
    data = taxonomy()
    Brand.objects.bulk_create(Brand(slug=brand.slug, name=brand.name) for brand in data.brands.values())
    Supplier.objects.bulk_create(Supplier(**supplier) for supplier in data.suppliers)
    paths = {"": "/"}
    for row in data.categories:
        slug, parent = row["slug"], row.get("parent", "")
        paths[slug] = f"{paths[parent]}{slug}/"
        Category.objects.create(slug=slug, name=row["name"], parent_id=parent or None, path=paths[slug])


def _product(id_: UUID, product: DemoProduct) -> Product:
    return Product(
        id=id_,
        slug=product.slug,
        name=product.name,
        description=product.description,
        brand_id=product.brand,
        supplier_id=product.supplier,
        category_id=product.category,
        tax_class=product.tax_class,
        attributes=product.attributes,
    )
