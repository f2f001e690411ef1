"""Coupons for tests, in basket's tables only."""

from datetime import datetime, timedelta

from contexts.basket.models import Coupon
from tests.clock import NOW


def coupon(
    code: str = "TENTH", *, percent_off: int = 10, max_uses: int = 100, valid_until: datetime | None = None
) -> Coupon:
    """Create a coupon that is valid from long before NOW until `valid_until`, or without an end."""
    return Coupon.objects.create(
        code=code,
        percent_off=percent_off,
        max_uses=max_uses,
        valid_from=NOW - timedelta(days=1000),
        valid_until=valid_until,
    )
