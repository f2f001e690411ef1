"""Baskets that nobody will come back for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from building_blocks.databases import deleting
from contexts.basket.db import atomic
from contexts.basket.domain.commands import ForgetAbandonedBaskets
from contexts.basket.models import Basket
from contexts.basket.use_cases.forget_abandoned_baskets import forget_abandoned_baskets
from messaging.models import InboxMessage
from messaging.publishing import send
from tests.shop import Shopper, create_variant, customer

pytestmark = pytest.mark.django_db(databases="__all__")


def test_are_deleted_after_a_time_and_those_of_customers_never() -> None:
    create_variant("MUG")
    long_gone, back_again, known = Shopper(), Shopper(), customer()
    for shopper in (long_gone, back_again, known):
        shopper.add("MUG")
    later = timezone.now() + timedelta(days=settings.BASKETS_KEPT, minutes=1)
    Basket.objects.exclude(customer_id=None).update(changed_at=later - timedelta(days=1000))
    back_again.add("MUG")
    Basket.objects.filter(version=2).update(changed_at=later - timedelta(days=1))

    assert not forget_abandoned_baskets(now=later), "there may be no more"

    assert long_gone.get("/api/v1/basket").status_code == 404
    assert back_again.get("/api/v1/basket").json()["items"]
    assert known.get("/api/v1/basket").json()["items"]


def test_are_all_deleted_in_one_period_a_batch_in_each_transaction(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], None]
) -> None:
    monkeypatch.setattr(deleting, "BATCH_SIZE", 2)
    long_ago = timezone.now() - timedelta(days=settings.BASKETS_KEPT, minutes=1)
    Basket.objects.bulk_create(Basket(token_digest=str(number), changed_at=long_ago) for number in range(5))

    with atomic():
        send(ForgetAbandonedBaskets(due_at=timezone.now()))
    drain()

    assert not Basket.objects.exists()
    handled = InboxMessage.objects.using("basket").filter(state="handled", type="basket.forget_abandoned_baskets.v1")
    assert handled.count() == 3
