"""
The rules of refresh tokens: each is valid once, and for a few more seconds, in which two tabs may use the same one.

A used token that comes back later comes from a thief, or from the thief's victim. The server cannot distinguish them,
so it revokes the whole family: all tokens of that sign-in.
"""

import secrets
from datetime import datetime, timedelta
from enum import Enum, auto


class RefreshDecision(Enum):
    ROTATE = auto()
    """Valid: mark it as used, and issue the next token of its family."""
    REFUSE = auto()
    """No longer valid; nothing else happens."""
    REVOKE = auto()
    """Not valid, and the whole family must be revoked."""


def new_token() -> str:
    """Return a token that no one can guess: 256 random bits."""
    return secrets.token_urlsafe(32)


def decide_refresh(
    *,
    used_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
    signed_in: bool,
    grace: int,
    now: datetime,
) -> RefreshDecision:
    """
    Decide what to do with a refresh token that a client sent.

    :param used_at: when it was first used; None if never.
    :param revoked_at: when its family was revoked; None if it was not.
    :param signed_in: whether the session still exists, and its user may still sign in.
    :param grace: how many seconds it stays valid after its first use; 0 for a single use.
    """
    if revoked_at is not None:
        return RefreshDecision.REFUSE
    # 0 needs its own test: a request that waited for the lock may have a `now` before `used_at`.
    used_up = used_at is not None and (grace == 0 or now >= used_at + timedelta(seconds=grace))
    if used_up or not signed_in:
        return RefreshDecision.REVOKE
    return RefreshDecision.ROTATE if now < expires_at else RefreshDecision.REFUSE
