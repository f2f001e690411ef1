"""What basket asks itself to do now and then."""

from datetime import datetime, timedelta

from messaging.declare import command


@command("basket.forget_abandoned_baskets.v1", key="due_at", every=timedelta(hours=1))
class ForgetAbandonedBaskets:
    """Delete the baskets without a customer that nobody has touched for long."""

    due_at: datetime
