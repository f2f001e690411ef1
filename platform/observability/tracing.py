"""
The work at hand: the trace that it belongs to, and what is known of it.

A trace (W3C trace context) comes in by a request's header and leaves with each message. What is known stands in every
log line that is written meanwhile. Where OpenTelemetry is on, `spans` records each span; else a span is but its id.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Literal, Protocol

VALID = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

Kind = Literal["server", "client", "producer", "consumer", "internal"]
AttributeValue = str | int | float

_current: ContextVar[str] = ContextVar("traceparent", default="")
_attributes: ContextVar[Mapping[str, AttributeValue]] = ContextVar("attributes", default=MappingProxyType({}))


class Recorder(Protocol):
    def __call__(self, name: str, *, parent: str, kind: Kind, start_time: int | None) -> AbstractContextManager[str]:
        """Open a span around a block and give its traceparent; by the block's end `current_attributes()` has all."""
        ...


def current_traceparent() -> str:
    """Return the trace context of this thread's work, or "" outside any."""
    return _current.get()


def current_attributes() -> Mapping[str, AttributeValue]:
    """Return what is known of this thread's work, by name."""
    return _attributes.get()


def set_attributes(**attributes: object) -> None:
    """Let the span at hand, and all log lines until its end, say this too: ids and names, never what people wrote."""
    if _current.get():
        _attributes.set({**_attributes.get(), **_attribute_values(attributes)})


@contextmanager
def span(
    name: str, *, parent: str = "", kind: Kind = "internal", start_time: int | None = None, **attributes: object
) -> Iterator[str]:
    """
    Do the work of this block as a part of a trace: the parent's, else that of the work at hand, else a new one.

    :param parent: a traceparent from elsewhere; one that is not valid counts as none.
    :param start_time: when the work began, in nanoseconds since 1970, where that was before now.
    :param attributes: what to `set_attributes` of it.
    """
    origin = parent if VALID.fullmatch(parent) else _current.get()
    before = _attributes.set({**_attributes.get(), **_attribute_values(attributes)})
    try:
        with _record(name, parent=origin, kind=kind, start_time=start_time) as traceparent, _as_current(traceparent):
            yield traceparent
    finally:
        _attributes.reset(before)


def set_recorder(recorder: Recorder) -> None:
    """Have every span from now on, in all threads, opened by this recorder."""
    global _record
    _record = recorder


@contextmanager
def unrecorded_span(name: str, *, parent: str, kind: Kind, start_time: int | None) -> Iterator[str]:
    """Open a span that nobody keeps; its id tells it from others all the same."""
    trace = parent.split("-")[1] if parent else secrets.token_hex(16)
    yield f"00-{trace}-{secrets.token_hex(8)}-01"


_record: Recorder = unrecorded_span


@contextmanager
def _as_current(traceparent: str) -> Iterator[None]:
    before = _current.set(traceparent)
    try:
        yield
    except Exception as error:
        set_attributes(error_type=type(error).__name__)
        raise
    finally:
        _current.reset(before)


def _attribute_values(attributes: dict[str, object]) -> dict[str, AttributeValue]:
    return {name: value if isinstance(value, str | int | float) else str(value) for name, value in attributes.items()}
