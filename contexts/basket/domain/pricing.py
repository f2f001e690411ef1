"""The price of a basket: its lines, discounts and total."""

from dataclasses import dataclass
from decimal import Decimal

from building_blocks.money import Money, total


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    line_total: Money
    discount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    lines: list[PricedLine]
    subtotal: Money
    discount: Money
    total: Money


def price(lines: list[tuple[Money, int]], *, percent_off: Decimal, currency: str) -> Price:
    """
    Return the price of a basket.

    The discount is rounded line by line, half up, so that the basket's discount is exactly the sum of its lines'.

    :param lines: unit price and quantity of each line.
    :param percent_off: of each line, 10 for a tenth; 0 without a coupon.
    """
    priced = [_line(unit_price * quantity, percent_off) for unit_price, quantity in lines]
    subtotal = total([line.line_total for line in priced], currency)
    discount = total([line.discount for line in priced], currency)
    return Price(lines=priced, subtotal=subtotal, discount=discount, total=subtotal - discount)


def _line(line_total: Money, percent_off: Decimal) -> PricedLine:
    return PricedLine(line_total=line_total, discount=line_total.share(percent_off / 100))
