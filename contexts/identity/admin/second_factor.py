"""
An operator's own second factor at one address: set up where there is none, asked for at sign-in, changed afterwards.

It is all that is open between the two steps of signing in (`backoffice.steps`).
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

from backoffice import attempts, steps
from backoffice.pages import write_down
from building_blocks.refusals import Refusal
from contexts.identity.adapters import audit
from contexts.identity.adapters.one_time_codes import recovery_codes_left
from contexts.identity.models import User
from contexts.identity.use_cases.check_second_factor import check_second_factor
from contexts.identity.use_cases.forget_second_factor import forget_second_factor
from contexts.identity.use_cases.renew_recovery_codes import renew_recovery_codes
from contexts.identity.use_cases.set_up_second_factor import set_up_second_factor

SECRET = "second_factor_being_set_up"  # noqa: S105 - where the session keeps it, encrypted
LOOKS = {"class": " ".join(BASE_INPUT_CLASSES), "autofocus": "", "autocomplete": "one-time-code", "spellcheck": "false"}


class CodeForm(forms.Form):
    """A code, which is tried when all else is right, and what came of it."""

    code = forms.CharField(max_length=30, widget=forms.TextInput(attrs=LOOKS))

    def __init__(self, request: HttpRequest, try_code: Callable[[str], Any]) -> None:
        super().__init__(request.POST or None)
        self.try_code = try_code
        self.outcome: Any = None

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            self.outcome = self.try_code(code)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return code


def second_factor(request: HttpRequest, user: User) -> HttpResponse:
    """Show the face of the page that this operator needs, who may have taken the first step alone."""
    if not user.has_second_factor:
        return _set_up(request, user)
    return _change(request, user) if admin.site.has_permission(request) else _ask(request, user)


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    adapter = get_adapter()
    if SECRET not in request.session:
        request.session[SECRET] = adapter.encrypt(generate_totp_secret())
    secret = adapter.decrypt(request.session[SECRET])
    form = CodeForm(request, partial(_first_code, user, secret))
    if form.is_valid():
        del request.session[SECRET]
        goes_on_to = steps.take_second(request, user)
        write_down(request, user, "Second factor set up.")
        return _page(request, "recovery_codes", codes=form.outcome, goes_on_to=goes_on_to)
    drawing = mark_safe(adapter.build_totp_svg(adapter.build_totp_url(user, secret)))  # noqa: S308 - the library draws it
    shown = {"drawing": drawing, "secret": _in_fours(secret), "must": user.must_have_second_factor}
    return _page(request, "set_up", form=form, **shown)


def _ask(request: HttpRequest, user: User) -> HttpResponse:
    form = CodeForm(request, partial(_code, request, user))
    if not form.is_valid():
        return _page(request, "ask", form=form)
    goes_on_to = steps.take_second(request, user)
    if form.outcome == "recovery_codes":
        audit.record("recovery code used", user.pk, at=audit.place_of(request))
        write_down(request, user, f"Signed in with a recovery code; {recovery_codes_left(user)} are left.")
    return redirect(goes_on_to)


def _change(request: HttpRequest, user: User) -> HttpResponse:
    form = CodeForm(request, partial(_code, request, user))
    if not form.is_valid():
        return _page(request, "change", form=form, left=recovery_codes_left(user))
    if "turn_off" in request.POST:
        forget_second_factor(user_id=user.pk)
        write_down(request, user, "Second factor turned off.")
        return redirect(steps.undo_second(request))
    codes = renew_recovery_codes(user_id=user.pk)
    write_down(request, user, "New recovery codes made.")
    return _page(request, "recovery_codes", codes=codes, goes_on_to=request.path)


def _first_code(user: User, secret: str, code: str) -> list[str]:
    return set_up_second_factor(user_id=user.pk, secret=secret, code=code, now=timezone.now())


def _code(request: HttpRequest, user: User, code: str) -> str:
    # By person alone: whoever gets here has the password, from however many addresses the codes are tried.
    try:
        counted = attempts.count("second-factor", str(user.pk))
        used = check_second_factor(user_id=user.pk, code=code, now=timezone.now())
    except (Refusal, ValidationError):
        audit.note("code refused", user, request, refused=True)
        raise
    counted.forget()
    return used


def _page(request: HttpRequest, name: str, **shown: Any) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": "Second factor"} | shown
    return TemplateResponse(request, f"identity/second_factor/{name}.html", context)


def _in_fours(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
