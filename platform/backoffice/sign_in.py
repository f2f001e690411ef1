"""Signing in as an operator: a few attempts, then a pause in which the right password is refused as well."""

import hashlib

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Counts attempts by address and e-mail before the password is looked at, so that a race gains nothing."""

    def clean(self) -> dict[str, str]:
        key = _key(get_adapter().get_client_ip(self.request), self.cleaned_data.get("username", ""))
        if _count(key) > settings.OPERATOR_SIGN_IN_ATTEMPTS:
            minutes = -(-settings.OPERATOR_SIGN_IN_WINDOW // 60)
            raise ValidationError(
                f"Too many failed attempts. Wait {minutes} minutes, then try again.", code="too_many_attempts"
            )
        cleaned: dict[str, str] = super().clean()
        if not self.errors:
            cache.delete(key)
        return cleaned


def _count(key: str) -> int:
    """Count one attempt more, and return how many there were since the window opened."""
    cache.add(key, 0, timeout=settings.OPERATOR_SIGN_IN_WINDOW)
    try:
        return cache.incr(key)
    except ValueError:  # the window has ended between the two lines
        return 1


def _key(address: str, email: str) -> str:
    # A digest, since a cache may be shared and its keys are logged: no address of a person shall stand there.
    digest = hashlib.sha256(f"{address} {email.strip().lower()}".encode()).hexdigest()
    return f"operator-sign-in:{digest}"
