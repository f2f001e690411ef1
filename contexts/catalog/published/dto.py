"""The values that catalog hands to its callers."""

from dataclasses import dataclass
from uuid import UUID

from building_blocks.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    What one SKU is sold as, at this moment.

    :param name: the product's name, with the variant's where it has one.
    :param unit_price: with tax.
    :param tax_class: "standard" or "reduced".
    :param available: on hand and not set aside for another order.
    """

    sku: str
    product_id: UUID
    product_slug: str
    name: str
    unit_price: Money
    tax_class: str
    weight_grams: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """So many of one SKU."""

    sku: str
    quantity: int
