"""Declaring a published interface: a Protocol of keyword-only, fully annotated methods with a call policy each."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from building_blocks.refusals import Refusal

Interface = TypeVar("Interface", bound=type)
Method = TypeVar("Method", bound=Callable[..., Any])

MAX_METHODS = 12


class InvalidInterface(TypeError):
    """Raised at import if an interface or a facade could not be called in the same way locally and remotely."""


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """
    What a method promises to a caller over the network.

    Nothing enforces it yet. A transport over the network will read it; there is none so far, and calls within the
    process are neither retried nor stopped. `make contracts` writes it into `contracts.json` and reports changes.

    :param idempotent: whether a repeated call does no harm.
    :param timeout: seconds after which a caller stops waiting.
    """

    idempotent: bool
    timeout: float


def method(*, idempotent: bool, timeout: float) -> Callable[[Method], Method]:
    """
    Declare the call policy of a method; see `CallPolicy` for what it means, and that nothing enforces it yet.

    :param idempotent: whether a repeated call does no harm.
    :param timeout: seconds after which a caller stops waiting.
    """

    def mark(function: Method) -> Method:
        vars(function)["call_policy"] = CallPolicy(idempotent, timeout)
        return function

    return mark


def interface(context: str, *, errors: tuple[type[Refusal], ...] = ()) -> Callable[[Interface], Interface]:
    """
    Declare the Protocol that a context publishes.

    :param context: the context that implements it.
    :param errors: the refusals that a call may end in; a caller receives any other error as `ContextUnavailable`.
    :raises InvalidInterface: a call of it could not be sent over a network.
    """

    def declare(protocol: Interface) -> Interface:
        methods = methods_of(protocol)
        if len(methods) > MAX_METHODS:
            raise InvalidInterface(f"{protocol.__name__} has more than {MAX_METHODS} methods")
        for function in methods.values():
            _check(function)
        protocol.context = context  # type: ignore[attr-defined]
        protocol.errors = {error.code: error for error in errors}  # type: ignore[attr-defined]
        return protocol

    return declare


def context_of(protocol: type) -> str:
    """Return the name of the context that implements an interface."""
    context: str = vars(protocol)["context"]
    return context


def errors_of(protocol: type) -> dict[str, type[Refusal]]:
    """Return the refusals that an interface declares, by code."""
    errors: dict[str, type[Refusal]] = vars(protocol)["errors"]
    return errors


def methods_of(protocol: type) -> dict[str, Callable[..., Any]]:
    """Return the public methods of an interface, by name."""
    return {n: f for n, f in vars(protocol).items() if inspect.isfunction(f) and not n.startswith("_")}


def check_conformance(protocol: type, facade: type) -> None:
    """
    Compare a facade with its interface: parameters, their kinds, defaults and annotations must be equal.

    :raises InvalidInterface: they differ, so a call could work locally and fail remotely.
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
        raise InvalidInterface(f"{name} declares no call policy: decorate it with @method(...)")
    hints = get_type_hints(function)
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise InvalidInterface(f"{name}: {parameter.name} must be keyword-only")
        if parameter.name not in hints:
            raise InvalidInterface(f"{name}: {parameter.name} has no annotation")
    if "return" not in hints:
        raise InvalidInterface(f"{name} has no return annotation")
