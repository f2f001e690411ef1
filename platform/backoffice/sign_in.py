"""The first step of signing in as an operator: e-mail and password."""

from unfold.forms import AuthenticationForm

from backoffice import attempts
from rate_limits.tries import client_address


class SignInForm(AuthenticationForm):
    """Counts attempts by address and e-mail before the password is looked at, so that a race gains nothing."""

    def clean(self) -> dict[str, str]:
        email = self.cleaned_data.get("username", "").strip().lower()
        counted = attempts.count("sign-in", f"{client_address(self.request)} {email}")
        cleaned: dict[str, str] = super().clean()
        if not self.errors:
            counted.forget()
        return cleaned
