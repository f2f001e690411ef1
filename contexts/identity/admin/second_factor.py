"""
The page of an operator's own second factor: to set it up, to enter a code at sign-in, and to change it afterwards.

It is the only page that is open between the two steps of a sign-in (`backoffice.sign_in_stages`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import mark_safe
from unfold.widgets import BASE_INPUT_CLASSES

from backoffice import sign_in_limits, sign_in_stages
from backoffice.pages import log_change
from building_blocks.refusals import Refusal
from contexts.identity.adapters import audit
from contexts.identity.adapters.one_time_codes import recovery_codes_left
from contexts.identity.models import User
from contexts.identity.use_cases.check_second_factor import check_second_factor
from contexts.identity.use_cases.remove_second_factor import remove_second_factor
from contexts.identity.use_cases.renew_recovery_codes import renew_recovery_codes
from contexts.identity.use_cases.set_up_second_factor import set_up_second_factor

PENDING_SECRET = "pending_second_factor_secret"  # noqa: S105 - the session's key of the encrypted secret
CODE_INPUT_ATTRS = {
    "class": " ".join(BASE_INPUT_CLASSES),
    "autofocus": "",
    "autocomplete": "one-time-code",
    "spellcheck": "false",
}


class CodeForm(forms.Form):
    """A form with a code; `result` is the return value of `check_code`, or None if the form is not valid."""

    code = forms.CharField(max_length=30, widget=forms.TextInput(attrs=CODE_INPUT_ATTRS))

    def __init__(self, request: HttpRequest, check_code: Callable[[str], Any]) -> None:
        super().__init__(request.POST or None)
        self.check_code = check_code
        self.result: Any = None

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            self.result = self.check_code(code)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return code


def second_factor_page(request: HttpRequest, user: User) -> HttpResponse:
    """Show the form that this operator needs: set up, enter a code, or change; the password was given before."""
    if not user.has_second_factor:
        return _set_up(request, user)
    return _manage(request, user) if admin.site.has_permission(request) else _verify(request, user)


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    adapter = get_adapter()
    if PENDING_SECRET not in request.session:
        request.session[PENDING_SECRET] = adapter.encrypt(generate_totp_secret())
    secret = adapter.decrypt(request.session[PENDING_SECRET])
    form = CodeForm(request, partial(_set_up_with_code, user, secret))
    if form.is_valid():
        del request.session[PENDING_SECRET]
        next_url = sign_in_stages.complete_second_factor(request, user)
        log_change(request, user, "Second factor set up.")
        return _render(request, "recovery_codes", codes=form.result, next_url=next_url)
    qr_code = mark_safe(adapter.build_totp_svg(adapter.build_totp_url(user, secret)))  # noqa: S308 - the library draws it
    context = {"qr_code": qr_code, "secret": _in_groups_of_four(secret), "is_required": user.must_have_second_factor}
    return _render(request, "set_up", form=form, **context)


def _verify(request: HttpRequest, user: User) -> HttpResponse:
    form = CodeForm(request, partial(_check_code, request, user))
    if not form.is_valid():
        return _render(request, "verify", form=form)
    next_url = sign_in_stages.complete_second_factor(request, user)
    if form.result == "recovery_codes":
        audit.record("recovery code used", user.pk, source=audit.source_of(request))
        log_change(request, user, f"Signed in with a recovery code; {recovery_codes_left(user)} are left.")
    return redirect(next_url)


def _manage(request: HttpRequest, user: User) -> HttpResponse:
    form = CodeForm(request, partial(_check_code, request, user))
    if not form.is_valid():
        return _render(request, "manage", form=form, codes_left=recovery_codes_left(user))
    if "remove" in request.POST:
        remove_second_factor(user_id=user.pk)
        log_change(request, user, "Second factor removed.")
        return redirect(sign_in_stages.return_to_first_factor(request))
    codes = renew_recovery_codes(user_id=user.pk)
    log_change(request, user, "New recovery codes made.")
    return _render(request, "recovery_codes", codes=codes, next_url=request.path)


def _set_up_with_code(user: User, secret: str, code: str) -> list[str]:
    return set_up_second_factor(user_id=user.pk, secret=secret, code=code, now=timezone.now())


def _check_code(request: HttpRequest, user: User, code: str) -> str:
    # Counted by user only: anyone here has the password, and may try codes from many addresses.
    try:
        attempt = sign_in_limits.count("second-factor", str(user.pk))
        code_type = check_second_factor(user_id=user.pk, code=code, now=timezone.now())
    except (Refusal, ValidationError):
        audit.record_for_request("code refused", user, request, refused=True)
        raise
    attempt.reset()
    return code_type


def _render(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": "Second factor"} | more
    return TemplateResponse(request, f"identity/second_factor/{name}.html", context)


def _in_groups_of_four(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
