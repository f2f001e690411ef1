"""Delete the baskets that nobody will come back for."""

from datetime import datetime, timedelta

from django.conf import settings

from contexts.basket.db import atomic
from contexts.basket.models import Basket

MOST = 1000  # at once; the next period takes the next


def forget_abandoned_baskets(*, now: datetime) -> int:
    """Delete baskets without a customer that were untouched for BASKETS_KEPT days, and return how many."""
    with atomic():
        abandoned = Basket.objects.abandoned(before=now - timedelta(days=settings.BASKETS_KEPT))
        found = list(abandoned.select_for_update(skip_locked=True).values_list("pk", flat=True)[:MOST])
        Basket.objects.filter(pk__in=found).delete()
    return len(found)
