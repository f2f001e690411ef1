"""The demo's coupon."""

from datetime import datetime
from decimal import Decimal

from contexts.basket.db import atomic
from contexts.basket.models import Coupon


def seed(*, now: datetime) -> str:
    """Write a coupon, unless it is there, and return how to use it."""
    with atomic():
        Coupon.objects.get_or_create(
            code="WELCOME10", defaults={"percent_off": Decimal(10), "valid_from": now, "max_uses": 10_000}
        )
    return "Coupon         WELCOME10 takes 10 % off"
