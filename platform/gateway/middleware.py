"""What all requests share, before routing: a trace, a limit to the body, problem documents from end to end."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from building_blocks.api.problems import problem_response
from building_blocks.tracing import tracing

Handler = Callable[[HttpRequest], HttpResponseBase]


def request_context(get_response: Handler) -> Handler:
    """Work under the caller's trace, or a new one, and name it in the answer."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        with tracing(request.headers.get("traceparent", "")) as traceparent:
            response = get_response(request)
        response["X-Request-Id"] = traceparent.split("-")[1]
        return response

    return handle


def plausible_request(get_response: Handler) -> Handler:
    """Refuse, unread, what nobody sends in earnest: a body too large or of no length, a null byte in the path."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers:
            detail = "Say with Content-Length how long the body is: it cannot be sent in chunks."
            return problem_response(411, code="length_required", detail=detail)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return problem_response(400, code="bad_request", detail="The Content-Length is no number.")
        limit = settings.UPLOAD_BODY_LIMIT if request.path.startswith(settings.UPLOAD_PATH) else settings.BODY_LIMIT
        if int(length) > limit:
            detail = f"The body is larger than {limit} bytes."
            return problem_response(413, code="too_large", detail=detail)
        if "\x00" in request.path:
            return problem_response(400, code="bad_request", detail="The path holds a null byte.")
        return get_response(request)

    return handle
