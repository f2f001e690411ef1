"""
Forgetting rows for good, a batch at a time: no statement grows with its table, and nobody waits long for a lock.

Where a batch was full there may be more: its caller comes again soon, and so keeps up however much there is.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

BATCH_SIZE = 1000


def may_be_more(*deleted: int) -> bool:
    """Return whether one of these counts, which the functions below have returned, is of a full batch."""
    return max(deleted) >= BATCH_SIZE


def delete_batch(rows: "QuerySet[Any]") -> int:
    """
    Delete a batch of these rows, within the open transaction, and return how many they were.

    What another transaction holds is passed over, and left to the next time.
    """
    ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH_SIZE])
    rows.model._base_manager.using(rows.db).filter(pk__in=ids).delete()
    return len(ids)


def delete_oldest(rows: "QuerySet[Any]", *, by: str, before: datetime) -> int:
    """
    Delete those of the oldest batch of these rows that are from before a time, and return how many they were.

    For tables without an index by time, of which a batch is found by the primary key however large they are.

    :param by: the column of that time, which like the primary key grows from row to row.
    """
    oldest = rows.order_by("pk").values("pk")[:BATCH_SIZE]
    deleted: int = rows.filter(pk__in=oldest, **{f"{by}__lt": before}).delete()[0]
    return deleted
