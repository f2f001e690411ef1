"""
Spans: the current piece of work, the trace that it belongs to, and its attributes.

A trace (W3C trace context) arrives in a request's header and leaves with each message. Every log line contains the
attributes of the current span. If traces are exported, `spans` records each span; otherwise a span is only an id in the
logs.
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
        """Open a span around a block and yield its traceparent. At its end, `current_attributes()` is complete."""
        ...


def current_traceparent() -> str:
    """Return the traceparent of the current span, or "" if there is none."""
    return _current.get()


def current_attributes() -> Mapping[str, AttributeValue]:
    """Return the attributes of the current span, by name."""
    return _attributes.get()


def set_attributes(**attributes: object) -> None:
    """Add attributes to the current span and its later log lines: ids and names, never what people wrote."""
    if _current.get():
        _attributes.set({**_attributes.get(), **_attribute_values(attributes)})


@contextmanager
def span(
    name: str, *, parent: str = "", kind: Kind = "internal", start_time: int | None = None, **attributes: object
) -> Iterator[str]:
    """
    Run a block as a span of the parent's trace; without a parent, of the current trace, or of a new trace.

    :param parent: a traceparent from another process; an invalid one counts as none.
    :param start_time: when the work began, in nanoseconds since 1970; None for now.
    :param attributes: as for `set_attributes`.
    """
    origin = parent if VALID.fullmatch(parent) else _current.get()
    before = _attributes.set({**_attributes.get(), **_attribute_values(attributes)})
    try:
        with _record(name, parent=origin, kind=kind, start_time=start_time) as traceparent, _as_current(traceparent):
            yield traceparent
    finally:
        _attributes.reset(before)


def set_recorder(recorder: Recorder) -> None:
    """Open every later span, in all threads, with this recorder."""
    global _record
    _record = recorder


@contextmanager
def unrecorded_span(name: str, *, parent: str, kind: Kind, start_time: int | None) -> Iterator[str]:
    """Open a span that is not recorded; it has an id for the logs."""
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
