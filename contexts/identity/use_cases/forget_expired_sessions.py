"""Delete the sessions that are over, and the refresh tokens that came of them."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from building_blocks.databases.deleting import delete_batch, delete_oldest, may_be_more
from contexts.identity.db import atomic
from contexts.identity.models import RefreshFamily, RefreshToken


def forget_expired_sessions(*, now: datetime) -> bool:
    """
    Delete a batch of the sessions that have expired, of the expired refresh tokens, and of the families without any.

    A used token is kept as long as it would have been good, to be recognised as stolen if it comes back; a family as
    long as one of its tokens is there, or its session, by which it gets another.

    :return: whether there may be more.
    """
    tokens = RefreshToken.objects.filter(family=OuterRef("pk"))
    sessions = Session.objects.filter(session_key=OuterRef("session_key"))
    with atomic():
        deleted = (
            delete_batch(Session.objects.filter(expire_date__lt=now)),
            delete_oldest(RefreshToken.objects.all(), by="expires_at", before=now),
            delete_batch(RefreshFamily.objects.filter(~Exists(tokens), ~Exists(sessions))),
        )
    return may_be_more(*deleted)
