"""The first step of signing in as an operator: e-mail and password."""

from allauth.account.adapter import get_adapter
from unfold.forms import AuthenticationForm

from backoffice import attempts


class SignInForm(AuthenticationForm):
    """Counts attempts by address and e-mail."""

    def clean(self) -> dict[str, str]:
        email = self.cleaned_data.get("username", "").strip().lower()
        counted = attempts.count("sign-in", get_adapter().get_client_ip(self.request), email)
        cleaned: dict[str, str] = super().clean()
        if not self.errors:
            attempts.forget(counted)
        return cleaned
