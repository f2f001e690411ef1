"""Implements basket's published interface; only this module turns rows into published values."""

from uuid import UUID

from django.utils import timezone

from building_blocks.interfaces.unavailable import ContextUnavailable
from contexts.basket import queries
from contexts.basket.domain.shopper import Shopper
from contexts.basket.published.dto import BasketSnapshot, SnapshotLine
from contexts.basket.published.errors import CouponRefused, EmptyBasket, ItemNotSold
from contexts.basket.queries import PricedBasket


class BasketFacade:
    """Implements `published.interface.Basket`."""

    def snapshot(self, *, customer_id: UUID | None, token: str | None) -> BasketSnapshot:
        shopper = Shopper(customer_id=customer_id, token=token)
        priced_basket = queries.basket_of(shopper, include_used_up=True, now=timezone.now())
        if priced_basket is None or not priced_basket.items:
            raise EmptyBasket("The basket is empty: add an item first.")
        if priced_basket.basket.coupon_id and priced_basket.coupon is None:
            code = priced_basket.basket.coupon_id
            raise CouponRefused(f"The coupon {code} is no longer valid: remove it.", coupon=code)
        return _snapshot(priced_basket)


def _snapshot(priced_basket: PricedBasket) -> BasketSnapshot:
    if priced_basket.offers is None:
        raise ContextUnavailable("catalog", "offers")
    lines = []
    for item, priced in zip(priced_basket.items, priced_basket.price.lines, strict=True):
        offer = priced_basket.offers.get(item.sku)
        if offer is None:
            raise ItemNotSold(f"{item.name} ({item.sku}) is no longer sold: take it out.", sku=item.sku)
        lines.append(
            SnapshotLine(
                sku=item.sku,
                name=offer.name,
                quantity=item.quantity,
                unit_price=offer.unit_price,
                line_total=priced.line_total,
                discount=priced.discount,
                tax_class=offer.tax_class,
                weight_grams=offer.weight_grams,
            )
        )
    return BasketSnapshot(
        basket_id=priced_basket.basket.id,
        version=priced_basket.basket.version,
        lines=lines,
        coupon=priced_basket.coupon.code if priced_basket.coupon else None,
        subtotal=priced_basket.price.subtotal,
        discount=priced_basket.price.discount,
        total=priced_basket.price.total,
        merged=queries.merged_basket_ids(priced_basket.basket),
        coupon_is_used_up=bool(priced_basket.coupon and priced_basket.coupon.is_used_up),
    )
