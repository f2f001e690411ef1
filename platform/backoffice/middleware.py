"""What operators need around a request, and nobody else: a session, a user, messages, pages that tell of trouble."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse

from backoffice.steps import only_who_signed_in_here
from backoffice.trouble import instead_of_a_problem

Handler = Callable[[HttpRequest], HttpResponse]


def operators_only(get_response: Handler) -> Handler:
    """Put all that around requests below OPERATORS_PATH, and around no other."""
    inner = only_who_signed_in_here(MessageMiddleware(get_response))  # type: ignore[arg-type]  # none of it is async
    # An error here, as of a database that is away, is to become a page, too.
    attended = convert_exception_to_response(SessionMiddleware(AuthenticationMiddleware(inner)))

    def handle(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(settings.OPERATORS_PATH):
            return get_response(request)
        return instead_of_a_problem(request, attended(request))  # type: ignore[arg-type]

    return handle
