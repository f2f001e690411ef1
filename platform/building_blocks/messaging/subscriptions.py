"""Who handles what: `@on` marks a handler, `subscribe` in a context's `apps.py` puts it to work."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from django.conf import settings

from building_blocks.messaging.declare import MessageMisdeclared, declaration

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Subscription:
    """
    One handler of one context.

    :param handle: runs in one transaction with its mark in the inbox, and asks nobody.
    :param ask: where there is one, runs before, outside any transaction, maybe twice; `handle` gets its answer.
    """

    name: str
    context: str
    type: str
    handle: Callable[..., None]
    ask: Callable[[Any], Any] | None = None


_subscriptions: dict[str, Subscription] = {}


def on(message: type, *, then: Callable[..., None] | None = None) -> Callable[[Handler], Handler]:
    """
    Mark a function as a handler of an event or command: `handle(message, *, now)`.

    :param then: makes a pair of it: the function only asks, `ask(message)`, outside any transaction, may run
        twice and must be keyed by what the message names; `then(message, answer, *, now)` writes.
    """

    def mark(function: Handler) -> Handler:
        vars(function)["handles"] = (message, then)
        return function

    return mark


def subscribe(context: str, *modules: ModuleType) -> None:
    """
    Put the marked functions of these modules to work for a context.

    :raises MessageMisdeclared: a second handler claims a command, or a context a command that is not its own.
    """
    for module in modules:
        for function in vars(module).values():
            if "handles" in getattr(function, "__dict__", {}) and function.__module__ == module.__name__:
                _add(context, function, *vars(function)["handles"])


def handlers_of(type: str) -> dict[str, list[str]]:  # noqa: A002 - CloudEvents' own word
    """Return the contexts of this process that receive a message of this type, each with its handlers' names."""
    found: dict[str, list[str]] = {}
    for subscription in _subscriptions.values():
        if subscription.type == type:
            found.setdefault(subscription.context, []).append(subscription.name)
    return found


def receivers_of(type: str) -> set[str]:  # noqa: A002 - as above
    """Return the contexts that must confirm a message of this type: those of this process, and those listed."""
    return handlers_of(type).keys() | settings.SUBSCRIPTIONS.get(type, [])


def types_heard_by(context: str) -> set[str]:
    """Return the types of the messages that a context handles."""
    return {subscription.type for subscription in _subscriptions.values() if subscription.context == context}


def subscription(name: str) -> Subscription:
    return _subscriptions[name]


def _add(context: str, function: Callable[..., Any], message: type, then: Callable[..., None] | None) -> None:
    declared = declaration(message)
    name = f"{context}.{function.__name__}"
    if declared.is_command and (context != declared.context or handlers_of(declared.type)):
        raise MessageMisdeclared(f"{declared.type} has one handler, in {declared.context}; {name} may not be it")
    _subscriptions[name] = Subscription(
        name=name,
        context=context,
        type=declared.type,
        handle=then or function,
        ask=function if then else None,
    )
