"""What identity does when it is asked to."""

from datetime import datetime

from contexts.identity.domain.commands import ForgetExpiredSessions
from contexts.identity.use_cases.forget_expired_sessions import forget_expired_sessions
from contexts.identity.use_cases.forget_unverified_accounts import forget_unverified_accounts
from messaging.publishing import send
from messaging.subscriptions import on


@on(ForgetExpiredSessions)
def delete_expired_sessions_and_accounts(command: ForgetExpiredSessions, *, now: datetime) -> None:
    if any([forget_expired_sessions(now=now), forget_unverified_accounts(now=now)]):
        send(command)
