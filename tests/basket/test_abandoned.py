"""Baskets that nobody will come back for."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from contexts.basket.models import Basket
from contexts.basket.use_cases.forget_abandoned_baskets import forget_abandoned_baskets
from tests.shop import Shopper, customer, stocked

pytestmark = pytest.mark.django_db(databases="__all__")


def test_are_forgotten_after_a_time_and_those_of_customers_never() -> None:
    stocked("MUG")
    long_gone, back_again, known = Shopper(), Shopper(), customer()
    for shopper in (long_gone, back_again, known):
        shopper.add("MUG")
    later = timezone.now() + timedelta(days=settings.BASKETS_KEPT, minutes=1)
    Basket.objects.exclude(customer_id=None).update(changed_at=later - timedelta(days=1000))
    back_again.add("MUG")
    Basket.objects.filter(version=2).update(changed_at=later - timedelta(days=1))

    assert forget_abandoned_baskets(now=later) == 1

    assert long_gone.get("/api/v1/basket").status_code == 404
    assert back_again.get("/api/v1/basket").json()["items"]
    assert known.get("/api/v1/basket").json()["items"]
