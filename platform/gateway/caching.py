"""
Responses are `no-store`, unless the view sets `Cache-Control: public`, the status is 200 or 301, and the request has no
token.

So the response of a view that sets nothing is not stored, nor is a public response to a request with a token.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponseBase]

NO_STORE = "no-store"
CACHEABLE_STATUSES = (200, 301)
TOKEN_HEADERS = ("Authorization", "X-Basket-Token", "X-Session-Token")
"""The headers that identify the client."""


def no_store_by_default(get_response: Handler) -> Handler:
    """Middleware: forbid caches to store a response, unless the response is public."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not _is_public(request, response):
            if NO_STORE not in response.headers.get("Cache-Control", ""):
                response.headers["Cache-Control"] = NO_STORE
            if not request.path.startswith(settings.OPERATORS_PATH):  # their pages vary by cookie, which Django adds
                patch_vary_headers(response, TOKEN_HEADERS)
        return response

    return handle


def _is_public(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.path.startswith(settings.STATIC_URL):
        return response.status_code < 400
    marked_public = "public" in response.headers.get("Cache-Control", "")
    return (
        marked_public
        and response.status_code in CACHEABLE_STATUSES
        and not any(token in request.headers for token in TOKEN_HEADERS)
    )
