"""The first step of signing in as an operator: e-mail and password."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from unfold.forms import AuthenticationForm

from backoffice import attempts, steps
from rate_limits.at_once import TooBusy
from rate_limits.tries import client_address


class SignInForm(AuthenticationForm):
    """Counts attempts by address and e-mail before the password is looked at, so that a race gains nothing."""

    def clean(self) -> dict[str, str]:
        email = self.cleaned_data.get("username", "").strip().lower()
        counted = attempts.count("sign-in", f"{client_address(self.request)} {email}")
        try:
            cleaned: dict[str, str] = super().clean()
        except TooBusy as busy:
            raise ValidationError(busy.default_detail, code=busy.default_code) from busy
        if not self.errors:
            counted.forget()
        return cleaned


class SignInView(LoginView):
    """Takes the first step, where Django's own would sign somebody in at once."""

    authentication_form = SignInForm
    template_name = "admin/login.html"
    next_page = reverse_lazy("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        return redirect(steps.take_first(self.request, form.get_user(), self.get_success_url()))
