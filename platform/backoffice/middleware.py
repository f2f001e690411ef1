"""The middleware of the operators' pages only: session, user, messages and error pages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse

from backoffice.error_pages import problem_as_page
from backoffice.sign_in_stages import ignore_other_sessions

Handler = Callable[[HttpRequest], HttpResponse]


def operator_middleware(get_response: Handler) -> Handler:
    """Give requests below OPERATORS_PATH sessions, users and messages, and no other request."""
    inner = ignore_other_sessions(MessageMiddleware(get_response))  # type: ignore[arg-type]  # none of it is async
    # Errors of this middleware, such as a database that does not answer, also become pages.
    handler = convert_exception_to_response(SessionMiddleware(AuthenticationMiddleware(inner)))

    def handle(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(settings.OPERATORS_PATH):
            return get_response(request)
        return problem_as_page(request, handler(request))  # type: ignore[arg-type]

    return handle
