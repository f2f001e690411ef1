"""Handlers of messages: `@on` marks a function, and `subscribe` in a context's `apps.py` registers it."""

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

    :param handle: runs in one transaction with its mark in the inbox, and calls no other system; None if there is
        nothing to write.
    :param external_call: runs first, if there is one, outside any transaction, perhaps twice; `handle` gets its
        result. It must end within a lease, since afterwards another worker may make the same call.
    :param where: the values that each of these fields may have, as JSON; the handler gets no other messages.
    :param in_order: whether a message waits for earlier ones of the same ordering key, and is blocked by them.
    """

    name: str
    context: str
    type: str
    handle: Callable[..., None] | None
    external_call: Callable[[Any], Any] | None = None
    where: Filter = field(default_factory=dict)
    in_order: bool = False

    def accepts(self, data: Mapping[str, Any]) -> bool:
        """Return whether this handler gets a message with these data."""
        return all(data.get(name) in values for name, values in self.where.items())


_subscriptions: dict[str, Subscription] = {}


def on(
    message: type,
    *,
    external_call: bool = False,
    then: Callable[..., None] | None = None,
    where: Filter | None = None,
    in_order: bool = False,
) -> Callable[[Handler], Handler]:
    """
    Mark a function as a handler of an event or command: `handle(message, *, now)`.

    :param external_call: the function only calls another system, `call(message)`, and writes nothing. It runs outside
        any transaction, and may run twice, so the call needs an idempotency key, which the message must contain.
    :param then: writes the answer of such a call, in a transaction: `then(message, answer, *, now)`. It implies
        `external_call`.
    :param where: handles only messages in which each of these fields has one of these values.
    :param in_order: handles messages of one ordering key in the order in which they were sent. Other handlers of the
        same messages may do without. The sender must lock the subject, otherwise there is no order. A message that
        fails or is dead blocks later messages of the same key in that context. While the context is unavailable, its
        messages block later ones, too.
    """

    def mark(function: Handler) -> Handler:
        vars(function)["handles"] = {
            "message": message,
            "handle": then if external_call or then else function,
            "external_call": function if external_call or then else None,
            "where": where or {},
            "in_order": in_order,
        }
        return function

    return mark


def subscribe(context: str, *modules: ModuleType) -> None:
    """
    Subscribe a context to messages, with the marked functions of these modules as handlers.

    :raises MessageMisdeclared: a command or a handler's name has a handler already, a command belongs to another
        context, or a filter names an unknown field.
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
    """Return the contexts that must acknowledge a message of this type: those of this process and those listed."""
    return handlers_of(type).keys() | settings.SUBSCRIPTIONS.get(type, {}).keys()


def receivers_in_order(type: str) -> set[str]:  # noqa: A002 - as above
    """Return the receivers that need the messages of this type in order."""
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
    """Return the names of a context's handlers that call another system, outside any transaction."""
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
    where: Filter,
    **options: Any,
) -> None:
    declared = declaration(message)
    name = f"{context}.{function.__name__}"
    if unknown := where.keys() - {known.name for known in fields(message)}:
        raise MessageMisdeclared(f"{name} filters by {', '.join(sorted(unknown))}, which {declared.type} does not have")
    if declared.is_command and (context != declared.context or handlers_of(declared.type)):
        raise MessageMisdeclared(
            f"{declared.type} is a command: only {declared.context} may handle it, and only once; {name} cannot"
        )
    added = Subscription(name=name, context=context, type=declared.type, where=where, **options)
    if _subscriptions.setdefault(name, added) != added:
        raise MessageMisdeclared(f"{name} handles {_subscriptions[name].type} already: rename one of the two handlers")
