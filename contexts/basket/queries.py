"""Reads baskets at present prices; nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from building_blocks.interfaces.unavailable import ContextUnavailable
from contexts.basket import neighbours
from contexts.basket.domain.pricing import Price, price
from contexts.basket.domain.shopper import Shopper
from contexts.basket.models import Basket, BasketItem, Coupon
from contexts.catalog.published.dto import Offer

MAX_MERGED_BASKETS = 50  # whose orders may be unpaid: far more than a shopper merges within an order's day


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedBasket:
    """
    A basket with catalog's offers of its items, and its price.

    :param offers: by SKU; None if catalog did not answer, and then the price is the last known one.
    :param coupon: the basket's coupon, if it can be used now.
    """

    basket: Basket
    items: list[BasketItem]
    offers: dict[str, Offer] | None
    coupon: Coupon | None
    price: Price


def basket_of(shopper: Shopper, *, include_used_up: bool = False, now: datetime) -> PricedBasket | None:
    """
    Return the shopper's basket, priced, or None if there is none yet.

    :param include_used_up: also accept a coupon that is used up, because an order of this basket may hold the use.
    :raises UnknownBasket: no basket has the shopper's token.
    """
    basket = Basket.objects.of(shopper)
    if basket is None:
        return None
    items = list(basket.items.all())
    offers = _offers(items)
    coupon = _coupon(basket.coupon_id, include_used_up=include_used_up, now=now) if basket.coupon_id else None
    return PricedBasket(
        basket=basket,
        items=items,
        offers=offers,
        coupon=coupon,
        price=price(
            [
                (
                    offers[item.sku].unit_price if offers and item.sku in offers else item.unit_price,
                    item.quantity,
                )
                for item in items
            ],
            percent_off=coupon.percent_off if coupon else Decimal(0),
            currency=settings.CURRENCY,
        ),
    )


def merged_basket_ids(basket: Basket) -> tuple[UUID, ...]:
    """Return the latest anonymous baskets merged into this one, except those deleted as abandoned."""
    if basket.customer_id is None:
        return ()
    merged = Basket.objects.filter(merged_into=basket).order_by("-changed_at")
    return tuple(merged.values_list("pk", flat=True)[:MAX_MERGED_BASKETS])


def _coupon(code: str, *, include_used_up: bool, now: datetime) -> Coupon | None:
    coupons = Coupon.objects.valid(code, now=now) if include_used_up else Coupon.objects.usable(code, now=now)
    return coupons.first()


def _offers(items: list[BasketItem]) -> dict[str, Offer] | None:
    if not items:
        return {}
    try:
        return {offer.sku: offer for offer in neighbours.catalog.offers(skus=[item.sku for item in items])}
    except ContextUnavailable:
        return None
