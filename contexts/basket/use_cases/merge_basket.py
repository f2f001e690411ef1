"""Let a customer keep what was put into a basket before signing in."""

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
    Move an anonymous basket into the customer's, adding up what both hold, as far as the stock goes.

    A second merge of the same basket by the same customer changes nothing.

    :return: the SKUs of which fewer were kept than the two baskets held.
    :raises UnknownBasket: nobody has this token, or another customer has taken the basket in.
    """
    skus = set(
        Basket.objects.filter(token_digest=digest(token), items__isnull=False).values_list("items__sku", flat=True)
    )
    offers = {offer.sku: offer for offer in neighbours.catalog.offers(skus=sorted(skus))}
    with atomic():
        # The anonymous one first, as where an order of it is confirmed: so that neither waits for the other for ever.
        anonymous = _anonymous(token)
        own = Basket.open_for_customer(customer_id, now=now)
        if anonymous.merged_into_id not in (None, own.pk):
            raise UnknownBasket(NO_SUCH_BASKET)
        if skus.issuperset(anonymous.items.values_list("sku", flat=True)):
            return _move_items(anonymous, own, offers, now=now)
    # Something was put into it while catalog answered, and must not get lost.
    return merge_basket(customer_id=customer_id, token=token, now=now)


def _move_items(anonymous: Basket, own: Basket, offers: dict[str, Offer], *, now: datetime) -> list[str]:
    capped = []
    for item in anonymous.items.all():
        offer = offers.get(item.sku)
        combined = own.quantity_of(item.sku) + item.quantity
        kept = min(combined, offer.available, MAX_QUANTITY) if offer else 0
        if kept < combined:
            capped.append(item.sku)
        if offer and kept:
            own.set_item(offer, kept, now=now)
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
