"""Views of allauth, made stricter where this shop needs it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.headless.account import inputs, views
from allauth.headless.base.response import ConflictResponse
from allauth.headless.mfa import inputs as mfa_inputs
from allauth.headless.mfa import views as mfa_views
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from contexts.identity.adapters.accounts import PENDING_PASSWORD, MailUnavailable, SecondFactorRequiredResponse
from contexts.identity.adapters.one_time_codes import record_use
from contexts.identity.models import RefreshTokenFamily, User


class SignupView(views.SignupView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Sign up; if the e-mail with the code fails, delete the account, so that the client can retry."""
        request.session.pop(PENDING_PASSWORD, None)
        try:
            response: HttpResponseBase = super().post(request, *args, **kwargs)
        except MailUnavailable:
            User.objects.filter(pk__in=request.session.pop(PENDING_PASSWORD, ())).delete()
            raise
        return response


class VerifyEmailView(views.VerifyEmailView):  # type: ignore[misc]
    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse a code whose address was meanwhile verified in another way; allauth would fail."""
        response: HttpResponseBase
        process = EmailVerificationProcess.resume(request)
        if process and process.email_address.verified:
            process.abort()
            response = ConflictResponse(request)
        else:
            response = super().handle(request, *args, **kwargs)
        return response


class ResendEmailCodeView(views.ResendEmailVerificationCodeView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send another e-mail in every case; allauth sends none if the address already has an account."""
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        process = EmailVerificationProcess.resume(request)
        if response.status_code == 200 and process and not process.user:
            get_adapter().send_mail("account_already_exists", process.email, {})
        return response


class ResetPasswordInput(inputs.ResetPasswordInput):  # type: ignore[misc]
    def clean(self) -> Any:
        """Validate the password only after a right code; otherwise allauth validates it only for known accounts."""
        return super().clean() if "key" in self.cleaned_data else self.cleaned_data


class ResetPasswordView(views.ResetPasswordView):  # type: ignore[misc]
    input_class = ResetPasswordInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Set the password; refuse a code whose account was meanwhile deleted, where allauth would fail."""
        response: HttpResponseBase
        if self.input.user is None:
            self.process.abort()
            response = ConflictResponse(request)
        else:
            response = super().post(request, *args, **kwargs)
        return response


class ChangePasswordView(views.ChangePasswordView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Change the password, which ends all other sessions; this one gets a new key, and keeps its tokens."""
        old_session_key = request.session.session_key
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        RefreshTokenFamily.objects.filter(session_key=old_session_key).update(session_key=request.session.session_key)
        return response


class _SingleUseCode:
    """An input whose code must not have been used before (RFC 6238, section 5.2)."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        # allauth remembers used codes only in the cache, and does not remember the code that activated the app.
        started_at = timezone.now()
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not record_use(self.authenticator, now=started_at):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class AuthenticateInput(_SingleUseCode, mfa_inputs.AuthenticateInput):  # type: ignore[misc]
    pass


class AuthenticateView(mfa_views.AuthenticateView):  # type: ignore[misc]
    input_class = AuthenticateInput


class ReauthenticateByPasswordView(views.ReauthenticateView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Reauthenticate by the password, unless the user has a second factor, which is then required."""
        if is_mfa_enabled(request.user):
            return SecondFactorRequiredResponse(request)
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response


class ReauthenticateInput(_SingleUseCode, mfa_inputs.ReauthenticateInput):  # type: ignore[misc]
    pass


class ReauthenticateView(mfa_views.ReauthenticateView):  # type: ignore[misc]
    input_class = ReauthenticateInput


class ManageTOTPView(mfa_views.ManageTOTPView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Activate the app, which uses up the code; refuse if another device has just activated one."""
        response: HttpResponseBase
        try:
            response = super().post(request, *args, **kwargs)
        except IntegrityError:
            response = ConflictResponse(request)
        else:
            app = self._get_authenticator()
            record_use(app, now=timezone.now())
            record_authentication(request, request.user, "mfa", id=app.pk, type=app.type, reauthenticated=True)
        return response
