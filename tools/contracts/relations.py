"""Who tells whom, and who asks whom: what is declared and subscribed, joined with what the source says."""

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
    :param name: of its class.
    :param sent_by: the contexts whose code makes one; its own, where it is sent anew each period.
    :param handlers: of each context that receives it.
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
    """:param called_by: the contexts that use it in their `neighbours.py`."""

    protocol: type
    called_by: list[str]

    @property
    def context(self) -> str:
        """The context that answers."""
        return str(vars(self.protocol)["context"])

    @property
    def methods(self) -> dict[str, CallPolicy]:
        """Its methods as they are called, such as `Catalog.offers(skus)`, with what each promises."""
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
    Return what the contexts have to do with each other.

    :param root: where the source is.
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
    sent_by = [declared.context] if declared.every else constructed_by
    handlers = dict(sorted(handlers_of(declared.type).items()))
    return Message(cls.__name__, declared, published=is_published(cls), sent_by=sent_by, handlers=handlers)


def _parameters(method: Callable[..., Any]) -> str:
    return ", ".join(list(signature(method).parameters)[1:])
