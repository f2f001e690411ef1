"""
The steps of signing in: the password and, if the operator has or must have one, a second factor.

An operator is signed in only after all steps. Between them the session holds the operator under a key of its own, which
neither Django nor another part of this process reads. A session without the mark SIGN_IN, such as a session of the API,
has no user here. The page of the second step, "admin:second_factor", belongs to the context with the users.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

SIGN_IN = "operator_sign_in"
SECOND_FACTOR_PENDING, PASSWORD_ONLY, BOTH_FACTORS = "second factor pending", "password", "both factors"
PENDING_OPERATOR, NEXT_URL = "operator_second_factor_pending", "operator_next_url"
SECOND_FACTOR_TIMEOUT = 15 * 60  # seconds; long enough to install an app for the codes
View = Callable[..., HttpResponse]


def is_signed_in(request: HttpRequest) -> bool:
    """Return whether the session has completed all steps; an operator with a new role may need one more."""
    user: Any = request.user
    stage = request.session.get(SIGN_IN)
    return bool(
        stage == BOTH_FACTORS or (stage == PASSWORD_ONLY and user.is_active and not user.must_have_second_factor)
    )


def ignore_other_sessions(get_response: View) -> View:
    """Return a middleware that ignores sessions of other parts, and users who have not completed all steps."""
    store = import_module(settings.SESSION_ENGINE).SessionStore

    def handle(request: HttpRequest) -> HttpResponse:
        if SIGN_IN not in request.session:
            request.session = store()  # another part's session must not be read, changed or ended here
        if not is_signed_in(request):
            request.user = AnonymousUser()
        return get_response(request)

    return handle


def complete_first_factor(request: HttpRequest, user: Any, next_url: str) -> str:
    """Record that the password was right, and return the address of the next page."""
    if not (user.must_have_second_factor or user.has_second_factor):
        _sign_in(request, user, PASSWORD_ONLY)
        return next_url
    request.session.flush()
    pending = [str(user.pk), user.get_session_auth_hash()]
    request.session.update({SIGN_IN: SECOND_FACTOR_PENDING, PENDING_OPERATOR: pending, NEXT_URL: next_url})
    request.session.set_expiry(SECOND_FACTOR_TIMEOUT)
    return reverse("admin:second_factor")


def complete_second_factor(request: HttpRequest, user: Any) -> str:
    """Sign the operator in under a new session key, and return the address of the next page."""
    next_url = str(request.session.pop(NEXT_URL, reverse("admin:index")))
    _sign_in(request, user, BOTH_FACTORS)
    return next_url


def return_to_first_factor(request: HttpRequest) -> str:
    """Record that the operator has turned the second factor off, and return the address of the next page."""
    user: Any = request.user
    if user.must_have_second_factor:
        return complete_first_factor(request, user, reverse("admin:index"))
    request.session[SIGN_IN] = PASSWORD_ONLY
    return reverse("admin:index")


def first_factor_required(view: View) -> View:
    """
    Require a right password for a view of the second step, and no second factor.

    The view is called with the request and the operator; `request.user` is the operator only after both steps.
    """

    def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user if request.user.is_authenticated else _pending_operator(request)
        if user is None or not (user.is_active and user.is_staff):
            return redirect("admin:login")
        return view(request, user, *args, **kwargs)

    return csrf_protect(never_cache(protected))


def _pending_operator(request: HttpRequest) -> Any:
    """Return the operator who gave the right password in this session, unless the password has changed since."""
    if request.session.get(SIGN_IN) != SECOND_FACTOR_PENDING:
        return None
    id_, session_hash = request.session[PENDING_OPERATOR]
    user: Any = get_user_model()._default_manager.filter(pk=id_).first()
    return user if user and constant_time_compare(user.get_session_auth_hash(), session_hash) else None


def _sign_in(request: HttpRequest, user: Any, stage: str) -> None:
    login(request, user)
    request.session.pop(PENDING_OPERATOR, None)
    request.session[SIGN_IN] = stage
    request.session.set_expiry(settings.OPERATOR_SESSION_AGE)
