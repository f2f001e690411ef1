"""
The audit log: who signed in or out, who was refused, and whose password or second factor changed.

Each event is a line of the logger `audit`, with the account's id and never its address; the line has no id if the
address has no account. Events about an operator are also written to the operators' log of changes.
"""

import logging
from typing import Any
from uuid import UUID

from allauth.account.signals import password_changed, password_reset
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from backoffice.pages import EVENT, REFUSED
from contexts.identity.models import User
from web_api.throttling.counting import AttemptCounter

logger = logging.getLogger("audit")

OPERATORS_PAGES = "the operators' pages"
MAX_LOGGED_REFUSALS = 20  # per operator and hour in the log of changes; strangers can cause any number


def record(event: str, user_id: UUID | None, *, source: str = "", level: int = logging.INFO) -> None:
    """
    Write a line of the audit log.

    :param event: the event in fixed words, such as "signed in".
    :param user_id: the account; None if the address has none.
    :param source: "the API" or "the operators' pages"; "" for neither.
    """
    attributes = {"event": event.replace(" ", "_"), "user_id": str(user_id or ""), "source": source}
    logger.log(level, event, extra={"attributes": {name: value for name, value in attributes.items() if value}})


def record_for_request(event: str, user: User | None, request: HttpRequest | None, *, refused: bool = False) -> None:
    """Record an event of a request, and write it to the log of changes if the user is an operator."""
    source = source_of(request)
    record(event, user.pk if user else None, source=source, level=logging.WARNING if refused else logging.INFO)
    if user and user.is_staff:
        if refused and _too_many_refusals(user):
            return
        message = f"{event.capitalize()} at {source}." if source else f"{event.capitalize()}."
        flag = REFUSED if refused else EVENT
        LogEntry.objects.log_actions(user.pk, [user], flag, change_message=message, single_object=True)


def source_of(request: HttpRequest | None) -> str:
    if request is None:
        return ""
    return OPERATORS_PAGES if request.path_info.startswith(settings.OPERATORS_PATH) else "the API"


def connect_signals() -> None:
    """Record the signals of Django and allauth; use cases record the changes that operators make to a factor."""
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_refused)
    password_changed.connect(_password_changed)
    password_reset.connect(_password_reset)
    factors.authentication_failed.connect(_code_refused)
    factors.authenticator_used.connect(_factor_used)
    factors.authenticator_added.connect(_factor_added)
    factors.authenticator_removed.connect(_factor_removed)
    factors.authenticator_reset.connect(_codes_renewed)


def _too_many_refusals(user: User) -> bool:
    return (
        AttemptCounter(scope="refusals-logged", ident=str(user.pk), window=3600, now=timezone.now()).increment()
        > MAX_LOGGED_REFUSALS
    )


def _signed_in(*, user: User, request: HttpRequest, **_: Any) -> None:
    record_for_request("signed in", user, request)


def _signed_out(*, user: User | None, request: HttpRequest, **_: Any) -> None:
    if user:
        record_for_request("signed out", user, request)


def _refused(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    record_for_request("sign-in refused", User.objects.filter(email=email).first(), request, refused=True)


def _password_changed(*, user: User, request: HttpRequest, **_: Any) -> None:
    record_for_request("password changed", user, request)


def _password_reset(*, user: User, request: HttpRequest, **_: Any) -> None:
    record_for_request("password reset", user, request)


def _code_refused(*, user: User, request: HttpRequest, **_: Any) -> None:
    record_for_request("code refused", user, request, refused=True)


def _factor_used(*, user: User, authenticator: Authenticator, request: HttpRequest, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record_for_request("recovery code used", user, request)


def _factor_added(*, user: User, authenticator: Authenticator, request: HttpRequest, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        record_for_request("second factor set up", user, request)


def _factor_removed(*, user: User, authenticator: Authenticator, request: HttpRequest, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        record_for_request("second factor removed", user, request)


def _codes_renewed(*, user: User, request: HttpRequest, **_: Any) -> None:
    record_for_request("recovery codes renewed", user, request)
