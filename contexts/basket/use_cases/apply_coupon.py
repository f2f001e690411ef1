"""Put a coupon on a basket, or take it off."""

from datetime import datetime

from contexts.basket.db import atomic
from contexts.basket.domain.shopper import Shopper
from contexts.basket.models import Basket, Coupon
from contexts.basket.published.errors import CouponRefused, UnknownBasket


def apply_coupon(*, shopper: Shopper, code: str | None, now: datetime) -> None:
    """
    Let the coupon of this code, or none, reduce the shopper's basket; it is used up only by an order.

    :raises CouponRefused: it does not exist, is not valid now, or is used up.
    :raises UnknownBasket: the shopper has no basket to put it on.
    """
    with atomic():
        basket = Basket.objects.select_for_update().of(shopper)
        if basket is None:
            raise UnknownBasket("There is no basket yet: put something into one first.")
        basket.set_coupon(_usable(code, now=now) if code else None, now=now)


def _usable(code: str, *, now: datetime) -> Coupon:
    coupon = Coupon.objects.usable(code, now=now).first()
    if coupon is None:
        code = code.strip()
        raise CouponRefused(f"The coupon {code} does not exist, is not valid now, or is used up.", coupon=code)
    return coupon
