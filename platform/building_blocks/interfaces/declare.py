"""Declaring a published interface: a Protocol of keyword-only, fully annotated methods with stated promises."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

Interface = TypeVar("Interface", bound=type)
Method = TypeVar("Method", bound=Callable[..., Any])

MAX_METHODS = 12


class InvalidInterface(TypeError):
    """Raised at import by an interface, or a facade, that could not be called alike near and far."""


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """What a method promises: whether a repeat does no harm, and after how many seconds to stop waiting."""

    idempotent: bool
    timeout: float


def method(*, idempotent: bool, timeout: float) -> Callable[[Method], Method]:
    """State what callers may rely on; only an idempotent method is ever retried."""

    def mark(function: Method) -> Method:
        vars(function)["call_policy"] = CallPolicy(idempotent, timeout)
        return function

    return mark


def interface(context: str) -> Callable[[Interface], Interface]:
    """Declare the Protocol that a context publishes, and refuse one that could not travel."""

    def declare(protocol: Interface) -> Interface:
        methods = methods_of(protocol)
        if len(methods) > MAX_METHODS:
            raise InvalidInterface(f"{protocol.__name__} has more than {MAX_METHODS} methods")
        for function in methods.values():
            _check(function)
        protocol.context = context  # type: ignore[attr-defined]
        return protocol

    return declare


def methods_of(protocol: type) -> dict[str, Callable[..., Any]]:
    return {n: f for n, f in vars(protocol).items() if inspect.isfunction(f) and not n.startswith("_")}


def check_conformance(protocol: type, facade: type) -> None:
    """
    Compare a facade with its interface: the same parameters, kinds, defaults and annotations.

    :raises InvalidInterface: they differ, so that a call could work near and fail far.
    """
    for name, declared in methods_of(protocol).items():
        implemented = getattr(facade, name, None)
        if implemented is None:
            raise InvalidInterface(f"{facade.__name__} lacks {name}")
        if inspect.signature(implemented) != inspect.signature(declared):
            raise InvalidInterface(f"{facade.__name__}.{name} differs from {protocol.__name__}.{name}")


def _check(function: Callable[..., Any]) -> None:
    name = function.__qualname__
    if "call_policy" not in vars(function):
        raise InvalidInterface(f"{name} states no promises: decorate it with @method(...)")
    hints = get_type_hints(function)
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise InvalidInterface(f"{name}: {parameter.name} must be keyword-only")
        if parameter.name not in hints:
            raise InvalidInterface(f"{name}: {parameter.name} has no annotation")
    if "return" not in hints:
        raise InvalidInterface(f"{name} has no return annotation")
