"""Calls and messages between contexts: declarations and subscriptions, combined with what the source contains."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

from building_blocks.interfaces.declare import CallPolicy, methods_of
from messaging.declare import Declaration, declaration
from messaging.subscriptions import handlers_of
from tools.contracts.declared import interfaces_of, is_published, messages_of
from tools.contracts.sources import constructed_messages, used_interfaces


@dataclass(frozen=True, slots=True)
class Message:
    """
    A message with its declaration, senders and handlers.

    :param name: the name of the message's class.
    :param sent_by: the contexts whose code constructs it; its own context if it is periodic.
    :param handlers: the names of its handlers, by context.
    """

    name: str
    declared: Declaration
    published: bool
    sent_by: list[str]
    handlers: dict[str, list[str]]

    @property
    def full_name(self) -> str:
        return f"{self.declared.context}.{self.name}"


@dataclass(frozen=True, slots=True)
class Interface:
    """
    An interface and its callers.

    :param called_by: the contexts that use it in their `neighbours.py`.
    """

    protocol: type
    called_by: list[str]

    @property
    def context(self) -> str:
        """The context that implements the interface."""
        return str(vars(self.protocol)["context"])

    @property
    def methods(self) -> dict[str, CallPolicy]:
        """Its methods as they are called, such as `Catalog.offers(skus)`, with their policies."""
        return {
            f"{self.protocol.__name__}.{name}({_parameters(function)})": vars(function)["call_policy"]
            for name, function in methods_of(self.protocol).items()
        }


@dataclass(frozen=True, slots=True)
class Relations:
    contexts: list[str]
    messages: list[Message]
    interfaces: list[Interface]


def find_relations(root: Path, contexts: Iterable[str]) -> Relations:
    """
    Return the calls and messages of these contexts.

    :param root: the folder of the source.
    """
    contexts = list(contexts)
    messages = [cls for context in contexts for cls in messages_of(context).values()]
    interfaces = [protocol for context in contexts for protocol in interfaces_of(context)]
    constructed = {context: constructed_messages(root, context, messages) for context in contexts}
    used = {context: used_interfaces(root, context, interfaces) for context in contexts}
    return Relations(
        contexts,
        [_message(cls, [context for context in contexts if cls in constructed[context]]) for cls in messages],
        [
            Interface(protocol, [context for context in contexts if protocol in used[context]])
            for protocol in interfaces
        ],
    )


def _message(cls: type, constructed_by: list[str]) -> Message:
    declared = declaration(cls)
    sent_by = [declared.context] if declared.period else constructed_by
    handlers = dict(sorted(handlers_of(declared.type).items()))
    return Message(cls.__name__, declared, published=is_published(cls), sent_by=sent_by, handlers=handlers)


def _parameters(method: Callable[..., Any]) -> str:
    return ", ".join(list(signature(method).parameters)[1:])
