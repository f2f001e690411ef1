"""Limits of attempts at a secret: after a few, every attempt is refused for a while, even with the right secret."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from web_api.throttling.counting import AttemptCounter


def count(what: str, key: str, rate: tuple[int, int] | None = None) -> AttemptCounter:
    """
    Count an attempt before the secret is checked, so that concurrent attempts gain nothing.

    :param what: the kind of attempt, such as "sign-in".
    :param key: attempts with the same key are counted together.
    :param rate: the number of attempts in a number of seconds; by default OPERATOR_SIGN_IN_ATTEMPTS in
        OPERATOR_SIGN_IN_WINDOW.
    :return: the counter; the caller resets it if the secret is right.
    :raises ValidationError: there were too many attempts.
    """
    limit, window = rate or (settings.OPERATOR_SIGN_IN_ATTEMPTS, settings.OPERATOR_SIGN_IN_WINDOW)
    counter = AttemptCounter(scope=f"operator-{what}", ident=key, window=window, now=timezone.now())
    if counter.increment() > limit:
        minutes = -(-counter.seconds_left // 60)
        raise ValidationError(
            f"Too many failed attempts. Wait {minutes} minutes, then try again.", code="too_many_attempts"
        )
    return counter
