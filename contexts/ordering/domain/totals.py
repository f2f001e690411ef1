"""What an order costs, with shipping, and which part of it is tax."""

from dataclasses import dataclass
from decimal import Decimal

from building_blocks.money import Money, total
from building_blocks.refusals import Refusal
from contexts.basket.published.dto import BasketSnapshot, SnapshotLine

TAX_RATES = {"standard": Decimal("0.21"), "reduced": Decimal("0.09")}
"""The share of tax on top of a net price. Prices are shown with it."""

SHIPPING = {"standard": Decimal("0.00"), "express": Decimal("6.90")}
"""What each way of shipping costs, in the shop's currency, taxed at the standard rate."""


class UnknownShippingMethod(Refusal):
    code = "unknown_shipping_method"
    kind = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """:param tax: contained in the total, not added to it."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money


def totals(snapshot: BasketSnapshot, shipping_method: str) -> Totals:
    """
    Return what the basket costs when it is sent this way.

    :raises UnknownShippingMethod: there is no such way.
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
