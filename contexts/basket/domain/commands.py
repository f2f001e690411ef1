"""Commands that basket sends to itself."""

from datetime import datetime, timedelta

from messaging.declare import command


@command("basket.delete_abandoned_baskets.v1", key="due_at", period=timedelta(hours=1))
class DeleteAbandonedBaskets:
    """Delete the anonymous baskets that have not changed for `BASKETS_KEPT` days."""

    due_at: datetime
