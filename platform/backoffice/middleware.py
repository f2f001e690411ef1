"""What operators need around a request, and nobody else: a session, a user, messages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def operators_only(get_response: Handler) -> Handler:
    """Put Django's session, user and messages around requests below OPERATORS_PATH, and around no other."""
    attended = SessionMiddleware(AuthenticationMiddleware(MessageMiddleware(get_response)))

    def handle(request: HttpRequest) -> HttpResponse:
        is_operators = request.path_info.startswith(settings.OPERATORS_PATH)
        return attended(request) if is_operators else get_response(request)  # type: ignore[return-value]

    return handle
