"""Attempts at a secret: a few, then a pause in which the right one is refused as well. Counted in the cache."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError


def count(what: str, *whose: str) -> str:
    """
    Count an attempt before the secret is looked at, so that a race gains nothing, and return its key for `forget`.

    :param what: is tried, such as "sign-in".
    :param whose: attempt it is: those that agree in all of this are counted together.
    :raises ValidationError: there were settings.OPERATOR_SIGN_IN_ATTEMPTS since the window opened.
    """
    # A digest, since a cache may be shared and its keys are logged: no address of a person shall stand there.
    key = f"operator-{what}:{hashlib.sha256(' '.join(whose).encode()).hexdigest()}"
    cache.add(key, 0, timeout=settings.OPERATOR_SIGN_IN_WINDOW)
    try:
        attempts = cache.incr(key)
    except ValueError:  # the window has ended between the two lines
        attempts = 1
    if attempts > settings.OPERATOR_SIGN_IN_ATTEMPTS:
        minutes = -(-settings.OPERATOR_SIGN_IN_WINDOW // 60)
        raise ValidationError(
            f"Too many failed attempts. Wait {minutes} minutes, then try again.", code="too_many_attempts"
        )
    return key


def forget(key: str) -> None:
    """Begin anew, since an attempt has succeeded."""
    cache.delete(key)
