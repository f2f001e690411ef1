"""The JSON that basket returns to clients."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from building_blocks.money import Money
from contexts.basket.domain.pricing import PricedLine
from contexts.basket.models import BasketItem
from contexts.basket.queries import PricedBasket
from contexts.catalog.published.dto import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketItemRepresentation:
    """
    An item of a basket with its current price.

    :param available: how many can be bought: 0 if the item is no longer sold, null while catalog does not answer.
    :param price_changed: whether the price has changed since the shopper last changed the item.
    """

    sku: str
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    available: int | None
    price_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketCouponRepresentation:
    """
    The coupon of a basket.

    :param usable: false if the coupon is used up or no longer valid; it then gives no discount.
    """

    code: str
    percent_off: Decimal | None
    usable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketRepresentation:
    """
    A basket with its prices.

    :param stale: true if catalog did not answer; names and prices are then the last known ones.
    :param token: of a new anonymous basket, returned only once: send it as X-Basket-Token from now on.
    :param capped: after a merge, the SKUs whose quantity was reduced to the stock.
    """

    version: int
    items: list[BasketItemRepresentation]
    coupon: BasketCouponRepresentation | None
    subtotal: Money
    discount: Money
    total: Money
    stale: bool
    token: str | None = None
    capped: list[str] | None = None


def basket_representation(
    priced_basket: PricedBasket | None, *, token: str | None = None, capped: list[str] | None = None
) -> BasketRepresentation:
    zero = Money.zero(settings.CURRENCY)
    if priced_basket is None:
        return BasketRepresentation(
            version=0, items=[], coupon=None, subtotal=zero, discount=zero, total=zero, stale=False
        )
    offers = priced_basket.offers or {}
    return BasketRepresentation(
        version=priced_basket.basket.version,
        items=[
            _item(item, priced, offers.get(item.sku), stale=priced_basket.offers is None)
            for item, priced in zip(priced_basket.items, priced_basket.price.lines, strict=True)
        ],
        coupon=_coupon(priced_basket),
        subtotal=priced_basket.price.subtotal,
        discount=priced_basket.price.discount,
        total=priced_basket.price.total,
        stale=priced_basket.offers is None,
        token=token,
        capped=capped,
    )


def _item(item: BasketItem, priced: PricedLine, offer: Offer | None, *, stale: bool) -> BasketItemRepresentation:
    unit_price = offer.unit_price if offer else item.unit_price
    without_offer = None if stale else 0
    return BasketItemRepresentation(
        sku=item.sku,
        name=offer.name if offer else item.name,
        quantity=item.quantity,
        unit_price=unit_price,
        line_total=priced.line_total,
        available=offer.available if offer else without_offer,
        price_changed=unit_price != item.unit_price,
    )


def _coupon(priced_basket: PricedBasket) -> BasketCouponRepresentation | None:
    if priced_basket.basket.coupon_id is None:
        return None
    percent_off = priced_basket.coupon.percent_off if priced_basket.coupon else None
    return BasketCouponRepresentation(
        code=priced_basket.basket.coupon_id, percent_off=percent_off, usable=priced_basket.coupon is not None
    )
