"""Who handles what: `@on` marks a handler, `subscribe` in a context's `apps.py` puts it to work."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from types import ModuleType
from typing import Any, TypeVar

from django.conf import settings

from messaging.declare import MessageMisdeclared, declaration

Handler = TypeVar("Handler", bound=Callable[..., Any])
Filter = Mapping[str, Collection[Any]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """
    One handler of one context.

    :param handle: runs in one transaction with its mark in the inbox, and asks nobody.
    :param external_call: where there is one, runs before, outside any transaction, maybe twice; `handle` gets its
        answer. It has to come to an end within a lease, since after that another asks the same.
    :param where: the values that each of these fields may have, as they travel; other messages are not for it.
    :param in_order: whether a message waits for those before it that are about the same, and may be stuck with them.
    """

    name: str
    context: str
    type: str
    handle: Callable[..., None]
    external_call: Callable[[Any], Any] | None = None
    where: Filter = field(default_factory=dict)
    in_order: bool = False

    def accepts(self, data: Mapping[str, Any]) -> bool:
        """Say whether a message that carries these data is for this handler."""
        return all(data.get(name) in values for name, values in self.where.items())


_subscriptions: dict[str, Subscription] = {}


def on(
    message: type, *, then: Callable[..., None] | None = None, where: Filter | None = None, in_order: bool = False
) -> Callable[[Handler], Handler]:
    """
    Mark a function as a handler of an event or command: `handle(message, *, now)`.

    :param then: makes a pair of it: the function only asks, `ask(message)`, outside any transaction, may run
        twice and must be keyed by what the message names; `then(message, answer, *, now)` writes.
    :param where: handles only messages in which each of these fields has one of these values.
    :param in_order: handles what is about one subject in the order in which it was sent, as far as handlers ask for
        that. Whoever sends must hold a lock on the subject, since else there is no order. One that fails, or is
        dead, holds up those behind it, about the same subject in the same context; so does a context that is away.
    """

    def mark(function: Handler) -> Handler:
        vars(function)["handles"] = {"message": message, "then": then, "where": where or {}, "in_order": in_order}
        return function

    return mark


def subscribe(context: str, *modules: ModuleType) -> None:
    """
    Put the marked functions of these modules to work for a context.

    :raises MessageMisdeclared: a second handler claims a command or the name of another handler, a context a command
        that is not its own, or a filter names a field that there is not.
    """
    for module in modules:
        for function in vars(module).values():
            if "handles" in getattr(function, "__dict__", {}) and function.__module__ == module.__name__:
                _add(context, function, **vars(function)["handles"])


def handlers_of(type: str) -> dict[str, list[str]]:  # noqa: A002 - CloudEvents' own word
    """Return the contexts of this process that receive a message of this type, each with its handlers' names."""
    handlers: dict[str, list[str]] = {}
    for subscription in _subscriptions.values():
        if subscription.type == type:
            handlers.setdefault(subscription.context, []).append(subscription.name)
    return handlers


def receivers_of(type: str) -> set[str]:  # noqa: A002 - as above
    """Return the contexts that must confirm a message of this type: those of this process, and those listed."""
    return handlers_of(type).keys() | settings.SUBSCRIPTIONS.get(type, {}).keys()


def receivers_in_order(type: str) -> set[str]:  # noqa: A002 - as above
    """Return those of the receivers that ask for messages of this type in order."""
    listed = settings.SUBSCRIPTIONS.get(type, {})
    here = {
        subscription.context
        for subscription in _subscriptions.values()
        if subscription.type == type and subscription.in_order
    }
    return here | {context for context, how in listed.items() if how.get("in_order")}


def types_handled_by(context: str) -> set[str]:
    """Return the types of the messages that a context handles."""
    return {subscription.type for subscription in _subscriptions.values() if subscription.context == context}


def handlers_with_external_calls(context: str) -> list[str]:
    """Return the names of a context's handlers that ask another system, outside any transaction."""
    return [
        subscription.name
        for subscription in _subscriptions.values()
        if subscription.context == context and subscription.external_call
    ]


def subscription(name: str) -> Subscription:
    return _subscriptions[name]


def _add(
    context: str,
    function: Callable[..., Any],
    *,
    message: type,
    then: Callable[..., None] | None,
    where: Filter,
    in_order: bool,
) -> None:
    declared = declaration(message)
    name = f"{context}.{function.__name__}"
    if unknown := where.keys() - {known.name for known in fields(message)}:
        raise MessageMisdeclared(f"{declared.type} has no {', '.join(sorted(unknown))} for {name} to choose by")
    if declared.is_command and (context != declared.context or handlers_of(declared.type)):
        raise MessageMisdeclared(f"{declared.type} has one handler, in {declared.context}; {name} may not be it")
    added = Subscription(
        name=name,
        context=context,
        type=declared.type,
        handle=then or function,
        external_call=function if then else None,
        where=where,
        in_order=in_order,
    )
    if _subscriptions.setdefault(name, added) != added:
        raise MessageMisdeclared(f"{name} handles {_subscriptions[name].type} already: give one of them another name")
