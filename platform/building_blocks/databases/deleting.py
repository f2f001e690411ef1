"""
Deleting rows in batches: no statement grows with its table, and no transaction waits long for a lock.

After a full batch there may be more rows. The caller then runs again soon, and so keeps up with any number of rows.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

BATCH_SIZE = 1000


def may_be_more(*deleted: int) -> bool:
    """Return whether one of these counts of deleted rows, as the functions below return them, is a full batch."""
    return max(deleted, default=0) >= BATCH_SIZE


def delete_batch(rows: "QuerySet[Any]") -> int:
    """
    Delete a batch of these rows in the open transaction, and return how many were deleted.

    Rows that another transaction has locked are skipped until the next call.
    """
    ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH_SIZE])
    rows.model._base_manager.using(rows.db).filter(pk__in=ids).delete()
    return len(ids)


def delete_oldest(rows: "QuerySet[Any]", *, by: str, before: datetime) -> int:
    """
    Delete the rows of the oldest batch that are from before a time, and return how many were deleted.

    This is for tables without an index by time: the primary key finds the oldest batch in a table of any size.

    :param by: the column with the time; like the primary key, it grows from row to row.
    """
    oldest = rows.order_by("pk").values("pk")[:BATCH_SIZE]
    deleted: int = rows.filter(pk__in=oldest, **{f"{by}__lt": before}).delete()[0]
    return deleted
