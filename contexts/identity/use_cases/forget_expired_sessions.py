"""Delete the sessions that are over."""

from datetime import datetime

from django.contrib.sessions.models import Session

from contexts.identity.db import atomic


def forget_expired_sessions(*, now: datetime) -> int:
    """Delete every session that has expired, which nothing finds any more, and return how many."""
    with atomic():
        deleted, _ = Session.objects.filter(expire_date__lt=now).delete()
    return deleted
