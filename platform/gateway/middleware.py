"""Middleware for every request: a trace, a request id, the access log, a metric, and checks before routing."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.apps import apps
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
    "Duration of requests by method, route and class of status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class RequestTracing:
    """
    Opens a span in the caller's trace or a new one, sets `X-Request-Id`, writes the access log, and counts the request.

    Only the route is logged and counted, never a path: a path or query may contain a token or a search term.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = secrets.token_hex(16)
        response = self.get_response(request) if request.path in PROBES else self._traced(request, request_id)
        response["X-Request-Id"] = request_id
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> None:
        """Add the route and the context to the span; Django calls this after routing, before each view."""
        if request.path not in PROBES:
            set_attributes(route=_route(request))
            app = apps.get_containing_app_config(view.__module__)
            if app and app.label in settings.CONTEXTS:
                set_attributes(context=app.label)

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
    """Middleware: refuse a body that is too large or has no length, before it is read, and refuse an unreadable URL."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers:
            detail = "Send the length of the body as Content-Length: chunked bodies are not accepted."
            return problem_response(411, code="length_required", detail=detail)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return problem_response(400, code="bad_request", detail="The Content-Length is not a number.")
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
    """Return whether this is an operator's form with files. Large bodies of other clients would occupy threads."""
    return request.path.startswith(settings.UPLOAD_PATH) and request.user.is_authenticated
