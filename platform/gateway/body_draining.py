"""
Draining: reading and discarding the rest of a request's body before its response is sent.

A request may be refused before its body is read, for example because it is too large. Without draining, the server
would close the connection while the client is still sending, and the client would see a broken connection instead of
the response. Draining occupies a thread for as long as the client sends. Therefore the bytes, the duration and the
number of concurrent drains are limited.
"""

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Final

from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]

MAX_BYTES: Final = 10_000_000  # bytes of one body
MAX_SECONDS: Final = 10  # seconds for one body
MAX_CONCURRENT: Final = 2  # bodies in each process
CHUNK_SIZE: Final = 64 * 1024  # bytes

_slots = BoundedSemaphore(MAX_CONCURRENT)


def drain_request_body(get_response: Handler) -> Handler:
    """Middleware: read the rest of a body before its response is sent; of a body beyond the limits, only a part."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if _has_unread_body(request) and _slots.acquire(blocking=False):
            try:
                _drain(request)
            finally:
                _slots.release()
        return response

    return handle


def _has_unread_body(request: HttpRequest) -> bool:
    return (request.META.get("CONTENT_LENGTH") or "0") != "0" or _is_chunked(request)


def _is_chunked(request: HttpRequest) -> bool:
    """Return whether the body has no declared length; Django then treats it as empty."""
    return "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH")


def _drain(request: HttpRequest) -> None:
    body = request.META["wsgi.input"] if _is_chunked(request) else request
    deadline = time.monotonic() + MAX_SECONDS
    remaining = MAX_BYTES
    try:
        while remaining > 0 and time.monotonic() < deadline and (chunk := body.read(min(remaining, CHUNK_SIZE))):
            remaining -= len(chunk)
    except OSError:
        pass  # the client has closed the connection
