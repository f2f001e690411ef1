"""
The steps of signing in: the password and, for whom the user model says so, a second factor.

Until both are taken nobody is signed in: the session names whom the password fits, and says so nowhere that Django,
or another part of this process, would take for a user. A session without the mark of these pages, such as one of the
API, is nobody's here. The page of the second step is "admin:second_factor". It belongs to the context that has the
users.
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
HALF_WAY, BY_PASSWORD, BY_BOTH = "half-way", "by password", "by both"
PERSON, GOES_ON_TO = "operator_half_way", "operator_goes_on_to"
BETWEEN_THE_STEPS = 15 * 60  # seconds; long enough to install an app for the codes
View = Callable[..., HttpResponse]


def are_taken(request: HttpRequest) -> bool:
    """Return whether this session has taken all steps; a role that has grown since may need one more."""
    user: Any = request.user
    taken = request.session.get(SIGN_IN)
    return bool(taken == BY_BOTH or (taken == BY_PASSWORD and user.is_active and not user.must_have_second_factor))


def only_who_signed_in_here(get_response: View) -> View:
    """Let a request's session and user count only if all steps were taken at these pages; a middleware."""
    store = import_module(settings.SESSION_ENGINE).SessionStore

    def handle(request: HttpRequest) -> HttpResponse:
        if SIGN_IN not in request.session:
            request.session = store()  # another part's session is not to be read, changed or ended here
        if not are_taken(request):
            request.user = AnonymousUser()
        return get_response(request)

    return handle


def take_first(request: HttpRequest, user: Any, goes_on_to: str) -> str:
    """Note that the password was right, and return where to go now."""
    if not (user.must_have_second_factor or user.has_second_factor):
        _sign_in(request, user, BY_PASSWORD)
        return goes_on_to
    request.session.flush()
    person = [str(user.pk), user.get_session_auth_hash()]
    request.session.update({SIGN_IN: HALF_WAY, PERSON: person, GOES_ON_TO: goes_on_to})
    request.session.set_expiry(BETWEEN_THE_STEPS)
    return reverse("admin:second_factor")


def take_second(request: HttpRequest, user: Any) -> str:
    """Note that the second factor was right, under a new key of the session, and return where to go now."""
    goes_on_to = str(request.session.pop(GOES_ON_TO, reverse("admin:index")))
    _sign_in(request, user, BY_BOTH)
    return goes_on_to


def undo_second(request: HttpRequest) -> str:
    """Let the password be all that this session has shown, and return where to go now: the factor is no more."""
    user: Any = request.user
    if user.must_have_second_factor:
        return take_first(request, user, reverse("admin:index"))
    request.session[SIGN_IN] = BY_PASSWORD
    return reverse("admin:index")


def after_the_first(view: View) -> View:
    """
    Guard a view that is open as soon as the password was right: what the second step takes, and nothing else.

    The view is called with the request and the operator, for whom `request.user` stands only after both steps.
    """

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user if request.user.is_authenticated else _half_way(request)
        if user is None or not (user.is_active and user.is_staff):
            return redirect("admin:login")
        return view(request, user, *args, **kwargs)

    return csrf_protect(never_cache(guarded))


def _half_way(request: HttpRequest) -> Any:
    """Return whom the password of this session fits, unless it has changed since."""
    if request.session.get(SIGN_IN) != HALF_WAY:
        return None
    id_, password = request.session[PERSON]
    user: Any = get_user_model()._default_manager.filter(pk=id_).first()
    return user if user and constant_time_compare(user.get_session_auth_hash(), password) else None


def _sign_in(request: HttpRequest, user: Any, how: str) -> None:
    login(request, user)
    request.session.pop(PERSON, None)
    request.session[SIGN_IN] = how
    request.session.set_expiry(settings.OPERATOR_SESSION_AGE)
