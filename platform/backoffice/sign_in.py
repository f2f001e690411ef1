"""Signing in as an operator: a few attempts, then a pause in which the right password is refused as well."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.forms import AuthenticationForm

from rate_limits.tries import Tries, client_address


class SignInForm(AuthenticationForm):
    """Counts attempts by address and e-mail before the password is looked at, so that a race gains nothing."""

    def clean(self) -> dict[str, str]:
        email = self.cleaned_data.get("username", "").strip().lower()
        tries = Tries(
            what="operator-sign-in",
            who=f"{client_address(self.request)} {email}",
            window=settings.OPERATOR_SIGN_IN_WINDOW,
            now=timezone.now(),
        )
        if tries.count() > settings.OPERATOR_SIGN_IN_ATTEMPTS:
            minutes = -(-tries.seconds_left // 60)
            raise ValidationError(
                f"Too many failed attempts. Wait {minutes} minutes, then try again.", code="too_many_attempts"
            )
        cleaned: dict[str, str] = super().clean()
        if not self.errors:
            tries.forget()
        return cleaned
