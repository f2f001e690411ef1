"""The values that basket hands to its callers."""

from dataclasses import dataclass
from uuid import UUID

from building_blocks.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotLine:
    """
    One line as it would be sold now.

    :param line_total: quantity times unit price, before discount, with tax.
    :param discount: what the coupon takes off this line.
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
    A whole basket, priced at one moment: whoever sells it sells it at this price.

    :param version: changes with everything that the shopper changes.
    :param coupon: the code of the coupon that the discounts come from.
    :param merged: the baskets of guests that this one took in: what was ordered of them may still be unpaid.
    :param coupon_is_used_up: the coupon can be redeemed only if an order gives its own use of it back.
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
