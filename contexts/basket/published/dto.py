"""The values that basket returns to other contexts."""

from dataclasses import dataclass
from uuid import UUID

from building_blocks.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotLine:
    """
    One line at its present price.

    :param line_total: quantity times unit price, before discount, with tax.
    :param discount: the coupon's discount on this line.
    """

    sku: str
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    discount: Money
    tax_class: str
    weight_grams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketSnapshot:
    """
    A whole basket, priced at one moment; an order of it is sold at this price.

    :param version: changes with each change by the shopper.
    :param coupon: the code of the coupon that the discounts come from.
    :param merged: the guests' baskets that were merged into this one; their orders may still be unpaid.
    :param coupon_is_used_up: the coupon can be redeemed only if another order releases its use.
    """

    basket_id: UUID
    version: int
    lines: list[SnapshotLine]
    coupon: str | None
    subtotal: Money
    discount: Money
    total: Money
    merged: tuple[UUID, ...] = ()
    coupon_is_used_up: bool = False
