"""The operators' pages of catalog: products with their variants, what they are sorted by, and the stock."""

from contexts.catalog.admin import products, reservations, stock, taxonomy

__all__ = ["products", "reservations", "stock", "taxonomy"]
