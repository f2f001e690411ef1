"""The handlers of identity's commands: each calls use cases."""

from datetime import datetime

from contexts.identity.domain.commands import DeleteExpiredSessions
from contexts.identity.use_cases.delete_expired_sessions import delete_expired_sessions
from contexts.identity.use_cases.delete_unverified_accounts import delete_unverified_accounts
from messaging.publishing import send
from messaging.subscriptions import on


@on(DeleteExpiredSessions)
def delete_expired_sessions_and_accounts(command: DeleteExpiredSessions, *, now: datetime) -> None:
    if any([delete_expired_sessions(now=now), delete_unverified_accounts(now=now)]):
        send(command)
