"""Basket as other contexts see it: the one place where its rows become its published values."""

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
        found = queries.basket_of(shopper, even_used_up=True, now=timezone.now())
        if found is None or not found.items:
            raise EmptyBasket("The basket is empty: put something into it first.")
        if found.basket.coupon_id and found.coupon is None:
            code = found.basket.coupon_id
            raise CouponRefused(f"The coupon {code} is no longer valid: take it off.", coupon=code)
        return _snapshot(found)


def _snapshot(found: PricedBasket) -> BasketSnapshot:
    if found.offers is None:
        raise ContextUnavailable("catalog", "offers")
    lines = []
    for item, priced in zip(found.items, found.price.lines, strict=True):
        offer = found.offers.get(item.sku)
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
        basket_id=found.basket.id,
        version=found.basket.version,
        lines=lines,
        coupon=found.coupon.code if found.coupon else None,
        subtotal=found.price.subtotal,
        discount=found.price.discount,
        total=found.price.total,
        merged=queries.merged_into(found.basket),
        coupon_is_used_up=bool(found.coupon and found.coupon.is_used_up),
    )
