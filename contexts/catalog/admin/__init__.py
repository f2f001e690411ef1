"""
The operators' pages of catalog: products with variants and pictures, what they are sorted by, stock, reservations.

Forms, lists, and the text format of attributes. Pages change stock and pictures by use cases.
Must not go here: rules of the shop.
"""

from contexts.catalog.admin import products, reservations, stock, taxonomy

__all__ = ["products", "reservations", "stock", "taxonomy"]
