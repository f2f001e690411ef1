"""The price of an order with shipping, and the tax in it."""

from dataclasses import dataclass
from decimal import Decimal

from building_blocks.money import Money, total
from building_blocks.refusals import Refusal
from contexts.basket.published.dto import BasketSnapshot, SnapshotLine

TAX_RATES = {"standard": Decimal("0.21"), "reduced": Decimal("0.09")}
"""The tax on a net price, by tax class. Prices are shown with tax."""

SHIPPING = {"standard": Decimal("0.00"), "express": Decimal("6.90")}
"""The price of each shipping method, in the shop's currency, with tax at the standard rate."""


class UnknownShippingMethod(Refusal):
    code = "unknown_shipping_method"
    kind = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """
    The amounts of an order.

    :param tax: contained in the total, not added to it.
    """

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money


def totals(snapshot: BasketSnapshot, shipping_method: str) -> Totals:
    """
    Return the price of the basket with this shipping method.

    :raises UnknownShippingMethod: there is no such method.
    """
    if shipping_method not in SHIPPING:
        known = ", ".join(SHIPPING)
        raise UnknownShippingMethod(f"There is no shipping method {shipping_method}: choose one of {known}.")
    currency = snapshot.total.currency
    shipping = Money(SHIPPING[shipping_method], currency)
    taxes = [tax_of(line) for line in snapshot.lines]
    return Totals(
        subtotal=snapshot.subtotal,
        discount=snapshot.discount,
        shipping=shipping,
        tax=total([*taxes, _contained(shipping, "standard")], currency),
        total=snapshot.total + shipping,
    )


def tax_of(line: SnapshotLine) -> Money:
    """Return the tax that a line contains, rounded half up."""
    return _contained(line.line_total - line.discount, line.tax_class)


def _contained(gross: Money, tax_class: str) -> Money:
    rate = TAX_RATES[tax_class]
    return gross.share(rate / (1 + rate))
