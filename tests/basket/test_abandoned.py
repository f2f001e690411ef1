"""The deletion of abandoned baskets."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from building_blocks.databases import deleting
from contexts.basket.db import atomic
from contexts.basket.domain.commands import DeleteAbandonedBaskets
from contexts.basket.models import Basket
from contexts.basket.use_cases.delete_abandoned_baskets import delete_abandoned_baskets
from messaging.dispatcher import run_until_idle
from messaging.models import InboxMessage
from messaging.publishing import send
from tests.basket.catalog import CatalogStandIn
from tests.client import Shopper, signed_in

pytestmark = pytest.mark.django_db(databases=["basket"])


def test_are_deleted_after_a_time_unless_they_are_customers(catalog: CatalogStandIn) -> None:
    catalog.sell("MUG")
    absent, returning, customer = Shopper(), Shopper(), signed_in(uuid4())
    for shopper in (absent, returning, customer):
        shopper.add("MUG")
    later = timezone.now() + timedelta(days=settings.BASKETS_KEPT, minutes=1)
    Basket.objects.exclude(customer_id=None).update(changed_at=later - timedelta(days=1000))
    returning.add("MUG")
    Basket.objects.filter(version=2).update(changed_at=later - timedelta(days=1))

    assert not delete_abandoned_baskets(now=later), "there is no further batch"

    assert absent.get("/api/v1/basket").status_code == 404
    assert returning.get("/api/v1/basket").json()["items"]
    assert customer.get("/api/v1/basket").json()["items"]


def test_are_all_deleted_in_one_period_a_batch_in_each_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "BATCH_SIZE", 2)
    long_ago = timezone.now() - timedelta(days=settings.BASKETS_KEPT, minutes=1)
    Basket.objects.bulk_create(Basket(token_digest=str(number), changed_at=long_ago) for number in range(5))

    with atomic():
        send(DeleteAbandonedBaskets(due_at=timezone.now()))
    run_until_idle(["basket"])

    assert not Basket.objects.exists()
    handled = InboxMessage.objects.using("basket").filter(state="handled", type="basket.delete_abandoned_baskets.v1")
    assert handled.count() == 3
