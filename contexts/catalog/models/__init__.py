"""
The tables of catalog: products and what they are sorted by, stock, and reservations.

They contain the changes of a row, its constraints and its locks.
Must not go here: HTTP, forms, publishing, rules that need no row (`domain/`).
"""

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
    REASON_LABELS,
    Reservation,
    ReservationLine,
    Stock,
    StockMovement,
    StockQuerySet,
)

__all__ = [
    "REASON_LABELS",
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
