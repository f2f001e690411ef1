"""
One-time codes (RFC 6238) and recovery codes: each is valid once, even if requests race.

allauth creates and stores them, but it remembers used codes only in the cache, and only for the current time step.
Here the row stores the time of its last use, and no code up to that time is valid any more.
"""

from datetime import UTC, datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db.models import Q

from contexts.identity.models import User

TOTP_TYPE, RECOVERY_TYPE = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


def is_current_code(secret: str, code: str, *, used_at: datetime | None = None, now: datetime) -> bool:
    """
    Return whether this is the code of the current time step, or of the previous one, for users who type slowly.

    :param secret: in base 32, as in the app.
    :param used_at: when a code was last used; codes of that time step and of older ones are refused.
    """
    current = _time_step(now)
    unused = [step for step in (current - 1, current) if used_at is None or step > _time_step(used_at)]
    return any(compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))) for step in unused)


def consume(user: User, code: str, *, now: datetime) -> str | None:
    """Use up a code, inside a transaction, and return its type; None if it is not valid."""
    authenticators = Authenticator.objects.select_for_update().filter(user=user, type__in=(TOTP_TYPE, RECOVERY_TYPE))
    by_type = {authenticator.type: authenticator for authenticator in authenticators.order_by("pk")}
    app = by_type.get(TOTP_TYPE)
    if app and is_current_code(decrypt(app.data["secret"]), code, used_at=app.last_used_at, now=now):
        app.last_used_at = now
        app.save(update_fields=["last_used_at"])
        return str(TOTP_TYPE)
    recovery = by_type.get(RECOVERY_TYPE)
    return str(RECOVERY_TYPE) if recovery and RecoveryCodes(recovery).validate_code(code) else None


def record_use(app: Authenticator, *, now: datetime) -> bool:
    """Record the use of a code of the current time step; return False if one of this step was already used."""
    step_started_at = datetime.fromtimestamp(_time_step(now) * int(app_settings.TOTP_PERIOD), UTC)
    unused = Q(last_used_at=None) | Q(last_used_at__lt=step_started_at)
    return bool(Authenticator.objects.filter(unused, pk=app.pk).update(last_used_at=now))


def activate(user: User, secret: str, *, now: datetime) -> None:
    """Make this secret the user's second factor; the code of the current time step counts as used."""
    app = TOTP.activate(user, secret).instance
    app.last_used_at = now
    app.save(update_fields=["last_used_at"])


def new_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes of a user, and return the new ones."""
    Authenticator.objects.filter(user=user, type=RECOVERY_TYPE).delete()
    return list(RecoveryCodes.activate(user).generate_codes())


def recovery_codes_left(user: User) -> int:
    authenticator = Authenticator.objects.filter(user=user, type=RECOVERY_TYPE).first()
    return len(RecoveryCodes(authenticator).get_unused_codes()) if authenticator else 0


def deactivate(user: User) -> bool:
    """Remove all second factors of a user, and return whether there were any."""
    count, _ = Authenticator.objects.filter(user=user).delete()
    return bool(count)


def _time_step(at: datetime) -> int:
    return int(at.timestamp()) // int(app_settings.TOTP_PERIOD)
