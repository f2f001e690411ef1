"""Deleting old idempotency keys: a request that is repeated after its key was deleted counts as a new one."""

from datetime import datetime, timedelta

from django.conf import settings

from building_blocks.databases.deleting import delete_oldest
from web_api.idempotency.models import UsedKey


def delete_used_keys(context: str, *, now: datetime) -> int:
    """Delete a batch of keys older than IDEMPOTENCY_KEYS_KEPT days, and return how many were deleted."""
    used = UsedKey.objects.using(settings.CONTEXTS[context]).all()
    return delete_oldest(used, by="created_at", before=now - timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT))
