"""Merge a basket that was filled before sign-in into the customer's."""

from datetime import datetime
from uuid import UUID

from building_blocks.digests import digest
from contexts.basket import neighbours
from contexts.basket.db import atomic
from contexts.basket.domain.stock_check import MAX_QUANTITY
from contexts.basket.models import Basket
from contexts.basket.published.errors import UnknownBasket
from contexts.catalog.published.dto import Offer

NO_SUCH_BASKET = "No basket belongs to this token."


def merge_basket(*, customer_id: UUID, token: str, now: datetime) -> list[str]:
    """
    Move the items of an anonymous basket into the customer's, and add up quantities, at most to the stock.

    The coupon moves too, unless the customer's basket has one. A second merge by the same customer changes nothing.

    :return: the SKUs whose quantity is now less than the sum of both baskets.
    :raises UnknownBasket: no basket has this token, or it was merged into another customer's.
    """
    skus = set(
        Basket.objects.filter(token_digest=digest(token), items__isnull=False).values_list("items__sku", flat=True)
    )
    offers = {offer.sku: offer for offer in neighbours.catalog.offers(skus=sorted(skus))}
    with atomic():
        # Lock the anonymous basket first, as remove_bought_items does; otherwise the two could deadlock.
        anonymous = _anonymous(token)
        own = Basket.open_for_customer(customer_id, now=now)
        if anonymous.merged_into_id not in (None, own.pk):
            raise UnknownBasket(NO_SUCH_BASKET)
        if skus.issuperset(anonymous.items.values_list("sku", flat=True)):
            return _move_items(anonymous, own, offers, now=now)
    # An item was added while catalog answered; it must not get lost.
    return merge_basket(customer_id=customer_id, token=token, now=now)


def _move_items(anonymous: Basket, own: Basket, offers: dict[str, Offer], *, now: datetime) -> list[str]:
    capped = []
    for item in anonymous.items.all():
        offer = offers.get(item.sku)
        combined = own.quantity_of(item.sku) + item.quantity
        quantity = min(combined, offer.available, MAX_QUANTITY) if offer else 0
        if quantity < combined:
            capped.append(item.sku)
        if offer and quantity:
            own.set_item(offer, quantity, now=now)
    if own.coupon is None and anonymous.coupon is not None:
        own.set_coupon(anonymous.coupon, now=now)
    if anonymous.merged_into_id is None:
        anonymous.merge_into(own, now=now)
    return capped


def _anonymous(token: str) -> Basket:
    basket = Basket.objects.select_for_update().filter(token_digest=digest(token)).first()
    if basket is None:
        raise UnknownBasket(NO_SUCH_BASKET)
    return basket
