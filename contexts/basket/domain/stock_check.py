"""The check whether a quantity of a SKU can be bought."""

from building_blocks.refusals import Refusal
from contexts.catalog.published.dto import Offer

MAX_QUANTITY = 999


class UnknownSku(Refusal):
    code = "unknown_sku"
    kind = "invalid"


class NotEnoughInStock(Refusal):
    code = "not_enough_in_stock"


def check_quantity(offers: list[Offer], sku: str, quantity: int) -> Offer:
    """
    Return the offer of the SKU if this quantity of it can be bought.

    :raises UnknownSku: the SKU is not among the offers.
    :raises NotEnoughInStock: fewer are available, or the quantity exceeds MAX_QUANTITY.
    """
    offer = next((offer for offer in offers if offer.sku == sku), None)
    if offer is None:
        raise UnknownSku(f"Nothing is sold under the SKU {sku}.", sku=sku)
    max_quantity = min(offer.available, MAX_QUANTITY)
    if quantity > max_quantity:
        raise NotEnoughInStock(
            f"Of {sku}, {max_quantity} can be bought, not {quantity}.", sku=sku, available=max_quantity
        )
    return offer
