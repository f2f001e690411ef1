"""Delete abandoned baskets."""

from datetime import datetime, timedelta

from django.conf import settings

from building_blocks.databases.deleting import delete_batch, may_be_more
from contexts.basket.db import atomic
from contexts.basket.models import Basket


def delete_abandoned_baskets(*, now: datetime) -> bool:
    """
    Delete a batch of the anonymous baskets that have not changed for BASKETS_KEPT days.

    :return: whether more may be left.
    """
    with atomic():
        deleted = delete_batch(Basket.objects.abandoned(before=now - timedelta(days=settings.BASKETS_KEPT)))
    return may_be_more(deleted)
