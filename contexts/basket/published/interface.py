"""What other contexts may ask of basket, and get an answer to at once."""

from typing import Protocol
from uuid import UUID

from building_blocks.interfaces.declare import interface, method
from contexts.basket.published.dto import BasketSnapshot


@interface("basket")
class Basket(Protocol):
    @method(idempotent=True, timeout=3.0)
    def snapshot(self, *, customer_id: UUID | None, token: str | None) -> BasketSnapshot:
        """
        Return the shopper's basket at the prices of this moment.

        A coupon that is used up counts (`coupon_is_used_up`), as an unpaid order of the basket may be what uses it.

        :param customer_id: whose basket; where there is none, the token says.
        :raises UnknownBasket: nobody has this token.
        :raises EmptyBasket: there is nothing in it.
        :raises ItemNotSold: one of its items is no longer sold.
        :raises CouponRefused: its coupon is no longer valid.
        """
        ...
