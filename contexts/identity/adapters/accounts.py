"""
How allauth creates an account, verifies its address and writes to its owner (settings.ACCOUNT_ADAPTER).

Nothing here may show a stranger whether an address has an account. Therefore a password is valid only after the address
is verified: until then, a sign-in with it is refused like a guessed password.
"""

import logging
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.base.response import AuthenticationResponse, RateLimitResponse, ReauthenticationResponse
from allauth.headless.constants import Flow
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError
from django.http import HttpRequest
from django.template.loader import render_to_string
from rest_framework.exceptions import APIException

from building_blocks.email_addresses import validate_email_address
from contexts.identity.db import atomic, on_commit
from contexts.identity.domain.passwords import normalise_password
from contexts.identity.models import User
from web_api.throttling.counting import client_address, is_remembered, remember

logger = logging.getLogger(__name__)

SIGN_IN_PLACES = "sign-in-places"
PENDING_PASSWORD = "pending_password"  # noqa: S105 - the session's key of the hash, by user id


class MailUnavailable(APIException):
    status_code = 503
    default_code = "mail_unavailable"
    default_detail = "We cannot send you the e-mail that you need to continue: try again in a few minutes."


class SecondFactorRequiredResponse(ReauthenticationResponse):  # type: ignore[misc]
    """Requires a user to reauthenticate by their second factor: their password may be stolen."""

    def _get_flows(self, request: HttpRequest, user: Any) -> list[dict[str, Any]]:
        return [flow for flow in super()._get_flows(request, user) if flow["id"] != Flow.REAUTHENTICATE]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store a new user; if another request has just used the address, respond as for a known address."""
        email = form.cleaned_data["email"]
        if not consume_email_verification_rate_limit(request, email, dry_run=True):
            # The same as for a known address; allauth would continue without sending a code.
            raise ImmediateHttpResponse(RateLimitResponse(request))
        super().save_user(request, user, form, commit=False)
        password_hash = user.password
        user.set_unusable_password()
        try:
            with atomic():
                user.save()
        except IntegrityError as error:
            prevent_enumeration(request, email=email)
            raise ImmediateHttpResponse(AuthenticationResponse(request)) from error
        request.session[PENDING_PASSWORD] = {str(user.pk): password_hash}
        return user

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark an address as verified; if this ends a sign-up, the password chosen there becomes valid."""
        password_hash = request.session.pop(PENDING_PASSWORD, {}).get(str(email_address.user_id))
        try:
            with atomic():
                confirmed: bool = super().confirm_email(request, email_address)
                if password_hash:
                    User.objects.filter(pk=email_address.user_id).update(password=password_hash, security_stamp=uuid4())
        except IntegrityError as error:  # only now, and only to a reader of that address's e-mail
            taken = ValidationError([self.validation_error("email_taken")])
            raise ImmediateHttpResponse(ErrorResponse(request, exception=taken)) from error
        return confirmed

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a client that has failed too often, and send the signal that Django does not send here."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user:
            remember(SIGN_IN_PLACES, _sign_in_place(request, credentials), seconds=settings.SIGN_IN_PLACE_KEPT)
        return user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return the key of the count of failed sign-ins; a client address that signed in recently has its own."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        place = _sign_in_place(request, credentials)
        return f"{key} {place}" if is_remembered(SIGN_IN_PLACES, place) else key

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """
        Return whether the user must reauthenticate; a user with a second factor must do so by that factor.

        :raises ImmediateHttpResponse: the user has a second factor, and has not used it recently.
        """
        required: bool = super().is_reauthentication_required(app=app, **more)
        if required and is_mfa_enabled(self.request.user) and not _has_recent_second_factor(self.request):
            raise ImmediateHttpResponse(SecondFactorRequiredResponse(self.request))
        return required

    def clean_email(self, email: str) -> str:
        validate_email_address(email)
        return email

    def clean_password(self, password: str, user: User | None = None) -> str:
        """
        Return the normalised password, as it is hashed.

        :raises ValidationError: it is too easy to guess.
        """
        cleaned: str = super().clean_password(normalise_password(password), user=user)
        return cleaned

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.save_password()

    def send_account_already_exists_mail(self, email: str) -> None:
        """Write to the owner of an account about a second sign-up; it takes as long as a first one."""
        make_password(email)
        self.send_mail("account_already_exists", email, {})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """
        Send one of our own texts; its first paragraph is the subject.

        :raises MailUnavailable: the mail server does not accept it.
        """
        name = template_prefix.rpartition("/")[2]
        context = context | {"shop": settings.SHOP_NAME, "minutes": settings.EMAIL_CODE_LIFETIME // 60}
        text = render_to_string(f"identity/emails/{name}.txt", context)
        subject, _, body = text.strip().partition("\n\n")
        message = EmailMessage(subject, body, to=[email], headers={"Auto-Submitted": "auto-generated"})
        try:
            message.send()
        except Exception as error:  # each e-mail backend raises its own
            logger.error("the e-mail %s was not sent: %s", name, type(error).__name__)
            raise MailUnavailable from error

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Send an e-mail about a change after it is committed; the change stays if the e-mail fails."""

        def send() -> None:
            with suppress(MailUnavailable):  # send_mail has logged it
                self.send_mail(template_prefix, email or user.email, context or {})

        on_commit(send)


def _sign_in_place(request: HttpRequest, credentials: dict[str, Any]) -> str:
    return f"{client_address(request)} {credentials.get('email', '').lower()}"


def _has_recent_second_factor(request: HttpRequest) -> bool:
    recent = [record for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    oldest = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
    return any(record["method"] == "mfa" and record["at"] > oldest for record in recent)
