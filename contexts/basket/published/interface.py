"""The calls that other contexts can make to basket."""

from typing import Protocol
from uuid import UUID

from building_blocks.interfaces.declare import interface, method
from contexts.basket.published.dto import BasketSnapshot
from contexts.basket.published.errors import CouponRefused, EmptyBasket, ItemNotSold, UnknownBasket


@interface("basket", errors=(UnknownBasket, EmptyBasket, ItemNotSold, CouponRefused))
class Basket(Protocol):
    @method(idempotent=True, timeout=3.0)
    def snapshot(self, *, customer_id: UUID | None, token: str | None) -> BasketSnapshot:
        """
        Return the shopper's basket at the prices of this moment.

        A coupon that is used up is included (`coupon_is_used_up`), because an unpaid order of this basket may hold
        the use.

        :param customer_id: the customer whose basket it is; None for a guest's.
        :param token: of an anonymous basket; ignored if there is a customer.
        :raises UnknownBasket: no basket has this token.
        :raises EmptyBasket: the basket contains no items.
        :raises ItemNotSold: an item is no longer sold.
        :raises CouponRefused: the coupon is no longer valid.
        """
        ...
