"""Attempts at a secret: a few, then a pause in which the right one is refused as well."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from web_api.throttling.counting import AttemptCounter


def count(what: str, key: str, rate: tuple[int, int] | None = None) -> AttemptCounter:
    """
    Count an attempt before the secret is looked at, so that a race gains nothing; `reset` it once it was right.

    :param what: is tried, such as "sign-in".
    :param key: attempt it is.
    :param rate: how many there may be in how many seconds, if not as many as of others.
    :raises ValidationError: this is one too many.
    """
    limit, window = rate or (settings.OPERATOR_SIGN_IN_ATTEMPTS, settings.OPERATOR_SIGN_IN_WINDOW)
    counter = AttemptCounter(scope=f"operator-{what}", ident=key, window=window, now=timezone.now())
    if counter.increment() > limit:
        minutes = -(-counter.seconds_left // 60)
        raise ValidationError(
            f"Too many failed attempts. Wait {minutes} minutes, then try again.", code="too_many_attempts"
        )
    return counter
