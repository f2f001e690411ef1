"""Apply a coupon to a basket, or remove it."""

from datetime import datetime

from contexts.basket.db import atomic
from contexts.basket.domain.shopper import Shopper
from contexts.basket.models import Basket, Coupon
from contexts.basket.published.errors import CouponRefused, UnknownBasket


def apply_coupon(*, shopper: Shopper, code: str | None, now: datetime) -> None:
    """
    Apply the coupon with this code to the shopper's basket, or remove the coupon; only an order uses it up.

    :param code: in upper or lower case; None removes the coupon.
    :raises CouponRefused: the coupon does not exist, is not valid now, or is used up.
    :raises UnknownBasket: the shopper has no basket.
    """
    with atomic():
        basket = Basket.objects.select_for_update().of(shopper)
        if basket is None:
            raise UnknownBasket("There is no basket yet: add an item first.")
        basket.set_coupon(_usable(code, now=now) if code else None, now=now)


def _usable(code: str, *, now: datetime) -> Coupon:
    coupon = Coupon.objects.usable(code, now=now).first()
    if coupon is None:
        code = code.strip()
        raise CouponRefused(f"The coupon {code} does not exist, is not valid now, or is used up.", coupon=code)
    return coupon
