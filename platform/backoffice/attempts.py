"""Attempts at a secret: a few, then a pause in which the right one is refused as well."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from rate_limits.tries import Tries


def count(what: str, whose: str, rate: tuple[int, int] | None = None) -> Tries:
    """
    Count an attempt before the secret is looked at, so that a race gains nothing; `forget` it once it was right.

    :param what: is tried, such as "sign-in".
    :param whose: attempt it is.
    :param rate: how many there may be in how many seconds, if not as many as of others.
    :raises ValidationError: this is one too many.
    """
    most, window = rate or (settings.OPERATOR_SIGN_IN_ATTEMPTS, settings.OPERATOR_SIGN_IN_WINDOW)
    tries = Tries(what=f"operator-{what}", who=whose, window=window, now=timezone.now())
    if tries.count() > most:
        minutes = -(-tries.seconds_left // 60)
        raise ValidationError(
            f"Too many failed attempts. Wait {minutes} minutes, then try again.", code="too_many_attempts"
        )
    return tries
