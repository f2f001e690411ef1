"""
The steps of signing in: the password and, for whom the user model says so, a second factor.

The page of the second step is "admin:second_factor". It belongs to the context that has the users.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

SIGN_IN = "operator_sign_in"
HALF_WAY, BY_PASSWORD, BY_BOTH = "half-way", "by password", "by both"
GOES_ON_TO = "operator_goes_on_to"
BETWEEN_THE_STEPS = 15 * 60  # seconds; long enough to install an app for the codes
View = Callable[..., HttpResponse]


def are_taken(request: HttpRequest) -> bool:
    """Return whether this session has taken all steps; whose role has grown since may have one more to take."""
    user: Any = request.user
    taken = request.session.get(SIGN_IN)
    return bool(taken == BY_BOTH or (taken == BY_PASSWORD and not user.must_have_second_factor))


def take_first(request: HttpRequest, goes_on_to: str) -> str:
    """Note that the password was right, and return where to go now."""
    user: Any = request.user
    if not (user.must_have_second_factor or user.has_second_factor):
        request.session[SIGN_IN] = BY_PASSWORD
        request.session.set_expiry(settings.OPERATOR_SESSION_AGE)
        return goes_on_to
    request.session.update({SIGN_IN: HALF_WAY, GOES_ON_TO: goes_on_to})
    request.session.set_expiry(BETWEEN_THE_STEPS)
    return reverse("admin:second_factor")


def take_second(request: HttpRequest) -> str:
    """Note that the second factor was right, under a new key of the session, and return where to go now."""
    request.session.cycle_key()
    rotate_token(request)
    request.session[SIGN_IN] = BY_BOTH
    request.session.set_expiry(settings.OPERATOR_SESSION_AGE)
    return str(request.session.pop(GOES_ON_TO, reverse("admin:index")))


def undo_second(request: HttpRequest) -> None:
    """Let the password be all that this session has shown, since the second factor is no more."""
    request.session[SIGN_IN] = BY_PASSWORD


def after_the_first(view: View) -> View:
    """Guard a view that is open as soon as the password was right: what the second step takes, and nothing else."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if user.is_active and user.is_staff and SIGN_IN in request.session:
            return view(request, *args, **kwargs)
        return redirect("admin:login")

    return csrf_protect(never_cache(guarded))
