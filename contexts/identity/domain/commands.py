"""The commands that identity sends to itself."""

from datetime import datetime, timedelta

from messaging.declare import command


@command("identity.delete_expired_sessions.v1", key="due_at", period=timedelta(hours=1))
class DeleteExpiredSessions:
    """Delete expired sessions (of sign-ins and of abandoned flows), their tokens, and accounts never verified."""

    due_at: datetime
