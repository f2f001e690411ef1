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
Fact = str | int | float

_current: ContextVar[str] = ContextVar("traceparent", default="")
_known: ContextVar[Mapping[str, Fact]] = ContextVar("known", default=MappingProxyType({}))


class Recorder(Protocol):
    def __call__(self, name: str, *, parent: str, kind: Kind, began: int | None) -> AbstractContextManager[str]:
        """Open a span around a block and give its traceparent; by the block's end `known()` tells all about it."""
        ...


def current_traceparent() -> str:
    """Return the trace context of this thread's work, or "" outside any."""
    return _current.get()


def known() -> Mapping[str, Fact]:
    """Return what is known of this thread's work, by name."""
    return _known.get()


def note(**facts: object) -> None:
    """Let the span at hand, and all log lines until its end, say this too: ids and names, never what people wrote."""
    if _current.get():
        _known.set({**_known.get(), **_plain(facts)})


@contextmanager
def span(
    name: str, *, parent: str = "", kind: Kind = "internal", began: int | None = None, **facts: object
) -> Iterator[str]:
    """
    Do the work of this block as a part of a trace: the parent's, else that of the work at hand, else a new one.

    :param parent: a traceparent from elsewhere; one that is not valid counts as none.
    :param began: when the work began, in nanoseconds since 1970, where that was before now.
    :param facts: what to `note` of it.
    """
    origin = parent if VALID.fullmatch(parent) else _current.get()
    before = _known.set({**_known.get(), **_plain(facts)})
    try:
        with _record(name, parent=origin, kind=kind, began=began) as traceparent, _within(traceparent):
            yield traceparent
    finally:
        _known.reset(before)


def record_by(recorder: Recorder) -> None:
    """Have every span from now on, in all threads, opened by this recorder."""
    global _record
    _record = recorder


@contextmanager
def unrecorded(name: str, *, parent: str, kind: Kind, began: int | None) -> Iterator[str]:
    """Open a span that nobody keeps; its id tells it from others all the same."""
    trace = parent.split("-")[1] if parent else secrets.token_hex(16)
    yield f"00-{trace}-{secrets.token_hex(8)}-01"


_record: Recorder = unrecorded


@contextmanager
def _within(traceparent: str) -> Iterator[None]:
    before = _current.set(traceparent)
    try:
        yield
    except Exception as error:
        note(error_type=type(error).__name__)
        raise
    finally:
        _current.reset(before)


def _plain(facts: dict[str, object]) -> dict[str, Fact]:
    return {name: fact if isinstance(fact, str | int | float) else str(fact) for name, fact in facts.items()}
