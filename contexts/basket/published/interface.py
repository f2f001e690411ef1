"""What other contexts may ask of basket, and get an answer to at once."""

from typing import Protocol
from uuid import UUID

from building_blocks.interfaces.declare import interface, method
from contexts.basket.published.dto import BasketSnapshot


@interface("basket")
class Basket(Protocol):
    @method(idempotent=True, timeout=3.0)
    def snapshot(self, *, customer_id: UUID | None, token: str | None, replaces: UUID | None = None) -> BasketSnapshot:
        """
        Return the shopper's basket at the prices of this moment.

        :param customer_id: whose basket; where there is none, the token says.
        :param replaces: an unpaid order that is to be replaced by one of the basket: the coupon that it uses is free.
        :raises UnknownBasket: nobody has this token.
        :raises EmptyBasket: there is nothing in it.
        :raises ItemNotSold: one of its items is no longer sold.
        :raises CouponRefused: its coupon is not valid any more.
        """
        ...
