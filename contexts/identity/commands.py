"""What identity does when it is asked to."""

from datetime import datetime

from building_blocks.messaging.publishing import send
from building_blocks.messaging.subscriptions import on
from contexts.identity.domain.steps import ForgetExpiredSessions
from contexts.identity.use_cases.forget_expired_sessions import forget_expired_sessions
from contexts.identity.use_cases.forget_unverified_accounts import forget_unverified_accounts


@on(ForgetExpiredSessions)
def forget_sessions_that_are_over(command: ForgetExpiredSessions, *, now: datetime) -> None:
    if any([forget_expired_sessions(now=now), forget_unverified_accounts(now=now)]):
        send(command)
