"""The demo's coupon."""

from datetime import datetime
from decimal import Decimal

from contexts.basket.db import atomic
from contexts.basket.models import Coupon


def seed(*, now: datetime) -> None:
    """Write the coupon that the README names, unless it is there."""
    with atomic():
        Coupon.objects.get_or_create(
            code="WELCOME10", defaults={"percent_off": Decimal(10), "valid_from": now, "max_uses": 10_000}
        )
