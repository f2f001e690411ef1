"""
Bodies that nobody has read when the answer is there, such as one that is too large: they are read and thrown away.

Otherwise the connection is closed while the client is still sending, and the client sees a broken connection in place
of the answer. A body costs a thread for as long as its client takes to send it, so there is a bound on all of it.
"""

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Final

from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]

MOST: Final = 10_000_000  # bytes of one body
LONGEST: Final = 10  # seconds for one body
AT_ONCE: Final = 2  # bodies in each process
CHUNK: Final = 64 * 1024  # bytes

_turns = BoundedSemaphore(AT_ONCE)


def read_to_the_end(get_response: Handler) -> Handler:
    """Read what is left of a body before its answer goes out; of a body beyond the bounds, only a part."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if _may_be_left(request) and _turns.acquire(blocking=False):
            try:
                _read_rest(request)
            finally:
                _turns.release()
        return response

    return handle


def _may_be_left(request: HttpRequest) -> bool:
    return (request.META.get("CONTENT_LENGTH") or "0") != "0" or _is_in_chunks(request)


def _is_in_chunks(request: HttpRequest) -> bool:
    """Return whether nobody knows the length of the body; Django then takes it to be empty."""
    return "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH")


def _read_rest(request: HttpRequest) -> None:
    body = request.META["wsgi.input"] if _is_in_chunks(request) else request
    until = time.monotonic() + LONGEST
    left = MOST
    try:
        while left > 0 and time.monotonic() < until and (chunk := body.read(min(left, CHUNK))):
            left -= len(chunk)
    except OSError:
        pass  # the client has gone
