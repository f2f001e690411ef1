"""The W3C trace context of the work at hand: it comes in by a request's header and leaves with each message."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

VALID = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

_current: ContextVar[str] = ContextVar("traceparent", default="")


def current_traceparent() -> str:
    """Return the trace context of this thread's work, or "" outside any."""
    return _current.get()


@contextmanager
def tracing(parent: str) -> Iterator[str]:
    """Do the work of this block under a trace: the parent's with a span of its own, or a new one."""
    trace = parent.split("-")[1] if VALID.fullmatch(parent) else secrets.token_hex(16)
    token = _current.set(f"00-{trace}-{secrets.token_hex(8)}-01")
    try:
        yield _current.get()
    finally:
        _current.reset(token)
