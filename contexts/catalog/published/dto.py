"""The values in catalog's interface and messages."""

from dataclasses import dataclass
from uuid import UUID

from building_blocks.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    How one SKU is sold at this moment.

    :param name: the product's name, followed by the variant's if it has one.
    :param unit_price: the price of one piece, with tax.
    :param tax_class: "standard" or "reduced".
    :param available: the pieces on hand that are not reserved.
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
    """A quantity of one SKU, in pieces."""

    sku: str
    quantity: int
