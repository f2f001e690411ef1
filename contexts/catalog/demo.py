"""The demo's products: read from `demo_data/products.toml`, written once."""

import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from contexts.catalog.db import atomic
from contexts.catalog.models import Brand, Category, Product, Stock, Supplier, Variant

PRODUCTS = Path(__file__).parent / "demo_data" / "products.toml"


def seed(*, now: datetime) -> str:
    """Fill an empty catalog, leave any other as it is, and return what there is."""
    with atomic():
        if not Product.objects.exists():
            _write(tomllib.loads(PRODUCTS.read_text("utf-8")))
        return f"On sale        {Product.objects.count()} products, MUG-RED among them"


def _write(data: dict[str, Any]) -> None:
    Brand.objects.bulk_create(Brand(**brand) for brand in data["brands"])
    Supplier.objects.bulk_create(Supplier(slug=s["slug"], name=s["name"]) for s in data["suppliers"])
    paths: dict[str | None, str] = {None: "/"}
    for category in data["categories"]:
        slug, parent = category["slug"], category.get("parent")
        paths[slug] = f"{paths[parent]}{slug}/"
        Category.objects.create(slug=slug, name=category["name"], parent_id=parent, path=paths[slug])
    products = [(_product(row), row["variants"]) for row in data["products"]]
    Product.objects.bulk_create(product for product, _ in products)
    variants = [
        (
            Variant(
                product=product,
                position=position,
                sku=v["sku"],
                name=v["name"],
                price=Decimal(v["price"]),
                weight_grams=v["weight_grams"],
            ),
            v["stock"],
        )
        for product, rows in products
        for position, v in enumerate(rows)
    ]
    Variant.objects.bulk_create(variant for variant, _ in variants)
    Stock.objects.bulk_create(Stock(variant=variant, on_hand=on_hand) for variant, on_hand in variants)


def _product(row: dict[str, Any]) -> Product:
    return Product(
        slug=row["slug"],
        name=row["name"],
        description=row["description"],
        brand_id=row["brand"],
        supplier_id=row["supplier"],
        category_id=row["category"],
        tax_class=row["tax_class"],
        attributes=[{"unit": ""} | attribute for attribute in row["attributes"]],
    )
