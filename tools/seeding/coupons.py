"""The demo's coupons: some are usable, and some are refused."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from contexts.basket.db import atomic
from contexts.basket.models import Coupon


def seed(*, now: datetime) -> str:
    """Write the coupons, unless they exist, and return how to use them."""
    with atomic():
        for code, coupon in _coupons(now).items():
            Coupon.objects.get_or_create(code=code, defaults=coupon)
    return "Coupons        WELCOME10 takes 10 % off; BULK20, LASTONE; SUMMER15 is over, EARLYBIRD used up"


def _coupons(now: datetime) -> dict[str, dict[str, Any]]:
    day = timedelta(days=1)
    return {
        "WELCOME10": {"percent_off": Decimal(10), "valid_from": now, "max_uses": 10_000},
        "BULK20": {"percent_off": Decimal(20), "valid_from": now, "valid_until": now + 90 * day, "max_uses": 500},
        "LASTONE": {"percent_off": Decimal(50), "valid_from": now, "max_uses": 1},
        "SUMMER15": {
            "percent_off": Decimal(15),
            "valid_from": now - 120 * day,
            "valid_until": now - 30 * day,
            "max_uses": 1_000,
            "uses": 214,
        },
        "EARLYBIRD": {"percent_off": Decimal(25), "valid_from": now - 60 * day, "max_uses": 100, "uses": 100},
    }
