"""The first step of signing in as an operator: e-mail and password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.forms import AuthenticationForm

from backoffice import sign_in_limits, sign_in_stages
from web_api.throttling.concurrency import TooBusy
from web_api.throttling.counting import client_address, is_remembered, remember

KNOWN_ORIGINS = "operator-signed-in-from"


class SignInForm(AuthenticationForm):
    """
    Counts an attempt before it checks the password, so that concurrent attempts gain nothing.

    There are three counts. The first is for a client address with an e-mail address. The second is for an e-mail
    address from all client addresses. It does not apply at a client address where the operator has signed in lately, so
    that guessing from elsewhere does not lock the operator out. The third is for a client address with any e-mail
    addresses, so that a few clients cannot occupy all password hashing.
    """

    def clean(self) -> dict[str, str]:
        """Check the password. A refusal without a check sends the same signal as a wrong password."""
        email = self.cleaned_data.get("username", "").strip().lower()
        address = client_address(self.request)
        origin = f"{address} {email}"
        try:
            sign_in_limits.count("sign-in-from", address, settings.OPERATOR_SIGN_INS_FROM_ONE_ADDRESS)
            counter = sign_in_limits.count("sign-in", origin)
            if settings.OPERATOR_SIGN_IN_RATE_LIMIT and not is_remembered(KNOWN_ORIGINS, origin):
                sign_in_limits.count("sign-in-from-elsewhere", email, settings.OPERATOR_SIGN_IN_RATE_LIMIT)
        except ValidationError:
            self._send_login_failed(email)
            raise
        try:
            cleaned: dict[str, str] = super().clean()
        except TooBusy as busy:
            raise ValidationError(busy.default_detail, code=busy.default_code) from busy
        if not self.errors:
            counter.reset()
            remember(KNOWN_ORIGINS, origin, seconds=settings.SIGN_IN_PLACE_KEPT)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            self._send_login_failed(user.get_username())
            raise

    def _send_login_failed(self, email: str) -> None:
        user_login_failed.send(sender=__name__, credentials={"username": email}, request=self.request)


class SignInView(LoginView):
    """Completes the first step. Django's own view would already sign the person in."""

    authentication_form = SignInForm
    template_name = "admin/login.html"

    def get_default_redirect_url(self) -> str:
        return reverse("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        return redirect(sign_in_stages.complete_first_factor(self.request, form.get_user(), self.get_success_url()))
