"""What all requests share, before routing: a trace, an access line, a limit to the body, problem documents."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Histogram

from gateway.probes import PROBES
from gateway.url_checks import url_error
from observability.tracing import set_attributes, span
from web_api.problems import problem_response

Handler = Callable[[HttpRequest], HttpResponseBase]

access_log = logging.getLogger("access")

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REQUEST_DURATION = Histogram(
    "markethall_request_duration_seconds",
    "How long requests took, by route, which stands for all paths that fit it, and by class of status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class RequestTracing:
    """
    Work under the caller's trace, or a new one; name the request in the answer, and say in the log how it went.

    Of a path only the route is ever written: a path or query may hold a token or what somebody looked for.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = secrets.token_hex(16)
        response = self.get_response(request) if request.path in PROBES else self._traced(request, request_id)
        response["X-Request-Id"] = request_id
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> None:
        """Note, once it is known, where the request goes; Django calls this before each view."""
        if request.path not in PROBES:
            set_attributes(route=_route(request))
            if view.__module__.startswith("contexts."):
                set_attributes(context=view.__module__.split(".")[1])

    def _traced(self, request: HttpRequest, request_id: str) -> HttpResponseBase:
        method = request.method if request.method in METHODS else "OTHER"
        parent = request.headers.get("traceparent", "")
        with span(method, parent=parent, kind="server", request_id=request_id, method=method):
            start = time.perf_counter()
            response = self.get_response(request)
            seconds, route, status = time.perf_counter() - start, _route(request), response.status_code
            set_attributes(route=route, status=status, ms=round(seconds * 1000, 1))
            if status >= 500:
                set_attributes(error_type=str(status))
            access_log.info("%s %s: %d in %.1f ms", method, route, status, seconds * 1000)
        REQUEST_DURATION.labels(method, route, f"{status // 100}xx").observe(seconds)
        return response


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else "unmatched"


def check_request(get_response: Handler) -> Handler:
    """Refuse, unread, what nobody sends in earnest: a body too large or of no length, an address that is no text."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers:
            detail = "Say with Content-Length how long the body is: it cannot be sent in chunks."
            return problem_response(411, code="length_required", detail=detail)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return problem_response(400, code="bad_request", detail="The Content-Length is no number.")
        limit = settings.BODY_LIMIT
        if int(length) > limit and _may_upload(request):
            limit = settings.UPLOAD_BODY_LIMIT
        if int(length) > limit:
            detail = f"The body is larger than {limit} bytes."
            return problem_response(413, code="too_large", detail=detail)
        if error := url_error(request):
            return problem_response(400, code="bad_request", detail=error)
        return get_response(request)

    return handle


def _may_upload(request: HttpRequest) -> bool:
    """Return whether this is an operator's form with files: a large body of anybody else would cost a thread."""
    return request.path.startswith(settings.UPLOAD_PATH) and request.user.is_authenticated
