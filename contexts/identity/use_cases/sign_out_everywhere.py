"""End every sign-in of a user, wherever it was."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib.sessions.models import Session

from contexts.identity import queries
from contexts.identity.adapters import audit
from contexts.identity.db import atomic, on_commit
from contexts.identity.models import RefreshFamily


def sign_out_everywhere(*, user_id: UUID, now: datetime) -> None:
    """
    Let no refresh token and no session of this user be good any more, at the operators' pages either.

    Access tokens are good until they expire.

    :raises UnknownCustomer: there is no such user.
    """
    with atomic():
        queries.user(user_id).end_sessions()
        on_commit(partial(audit.record, "signed out everywhere", user_id))
        families = RefreshFamily.objects.select_for_update().filter(user_id=user_id, revoked_at=None)
        keys = [family.session_key for family in families]
        Session.objects.filter(session_key__in=keys).delete()
        RefreshFamily.objects.filter(session_key__in=keys).update(revoked_at=now)
