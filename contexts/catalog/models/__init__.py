"""The tables of catalog: what is sold, and how many of each there are."""

from contexts.catalog.models.products import (
    Brand,
    Category,
    FormerSlug,
    Picture,
    Product,
    ProductQuerySet,
    Supplier,
    Variant,
)
from contexts.catalog.models.stock import (
    MAX_ON_HAND,
    Reservation,
    ReservationLine,
    Stock,
    StockMovement,
    StockQuerySet,
)

__all__ = [
    "MAX_ON_HAND",
    "Brand",
    "Category",
    "FormerSlug",
    "Picture",
    "Product",
    "ProductQuerySet",
    "Reservation",
    "ReservationLine",
    "Stock",
    "StockMovement",
    "StockQuerySet",
    "Supplier",
    "Variant",
]
