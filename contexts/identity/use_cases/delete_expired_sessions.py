"""Delete expired sessions, expired refresh tokens, and their families."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from building_blocks.databases.deleting import delete_batch, delete_oldest, may_be_more
from contexts.identity.db import atomic
from contexts.identity.models import RefreshToken, RefreshTokenFamily


def delete_expired_sessions(*, now: datetime) -> bool:
    """
    Delete a batch of expired sessions, of expired refresh tokens, and of families without tokens.

    A used token is kept until it expires, to recognise it as stolen if it comes back. A family is kept while it has a
    token, or a session that can give it another token.

    :return: whether there may be more to delete.
    """
    tokens = RefreshToken.objects.filter(family=OuterRef("pk"))
    sessions = Session.objects.filter(session_key=OuterRef("session_key"))
    with atomic():
        deleted = (
            delete_batch(Session.objects.filter(expire_date__lt=now)),
            delete_oldest(RefreshToken.objects.all(), by="expires_at", before=now),
            delete_batch(RefreshTokenFamily.objects.filter(~Exists(tokens), ~Exists(sessions))),
        )
    return may_be_more(*deleted)
