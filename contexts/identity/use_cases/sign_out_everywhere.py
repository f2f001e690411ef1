"""End every sign-in of a user, on all devices."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib.sessions.models import Session

from contexts.identity import queries
from contexts.identity.adapters import audit
from contexts.identity.db import atomic, on_commit
from contexts.identity.models import RefreshTokenFamily


def sign_out_everywhere(*, user_id: UUID, now: datetime) -> None:
    """
    End all refresh tokens and sessions of a user, including those of the operators' pages.

    Access tokens stay valid until they expire.

    :raises UnknownCustomer: no user has this id.
    """
    with atomic():
        queries.user(user_id).end_sessions()
        on_commit(partial(audit.record, "signed out everywhere", user_id))
        families = RefreshTokenFamily.objects.select_for_update().filter(user_id=user_id, revoked_at=None)
        keys = [family.session_key for family in families]
        Session.objects.filter(session_key__in=keys).delete()
        RefreshTokenFamily.objects.filter(session_key__in=keys).update(revoked_at=now)
