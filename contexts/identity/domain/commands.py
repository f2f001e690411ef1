"""What identity asks itself to do now and then."""

from datetime import datetime, timedelta

from messaging.declare import command


@command("identity.forget_expired_sessions.v1", key="due_at", every=timedelta(hours=1))
class ForgetExpiredSessions:
    """Delete the sessions that are over, of sign-ins and of flows that were left, and accounts never verified."""

    due_at: datetime
