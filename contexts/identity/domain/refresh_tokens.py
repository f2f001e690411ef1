"""
The rules of refresh tokens: each is good once, but for a few seconds in which two tabs may show the same one.

A used one that is shown later comes from a thief, or from the thief's victim. Which of the two cannot be known, so both
lose: the whole family, all that came of one sign-in, is revoked.
"""

import secrets
from datetime import datetime, timedelta
from enum import Enum, auto


class RefreshDecision(Enum):
    ROTATE = auto()
    """Good: use it up and hand out the next one of its family."""
    REFUSE = auto()
    """Not good any more; nothing follows."""
    REVOKE = auto()
    """The family must end here."""


def new_token() -> str:
    """Return a token that nobody can guess: 256 random bits."""
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
    Decide about a token that was shown.

    :param used_at: when it was shown first.
    :param revoked_at: when its family was revoked.
    :param signed_in: whether the session lives on, of a user who may still sign in.
    :param grace: how long it stays good after it was shown first, in seconds; 0: not at all.
    """
    if revoked_at is not None:
        return RefreshDecision.REFUSE
    # Not left to the comparison if 0: a request that waited has an earlier `now` than the one before it.
    used_up = used_at is not None and (grace == 0 or now >= used_at + timedelta(seconds=grace))
    if used_up or not signed_in:
        return RefreshDecision.REVOKE
    return RefreshDecision.ROTATE if now < expires_at else RefreshDecision.REFUSE
