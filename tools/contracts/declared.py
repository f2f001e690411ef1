"""What a context declares: its messages, interfaces and refusals, found whether or not its code uses them."""

import inspect
from collections.abc import Iterator
from importlib import import_module

from building_blocks.refusals import Refusal
from messaging.declare import declaration

MESSAGE_MODULES = ("published.events", "published.commands", "domain.commands")


def messages_of(context: str) -> dict[str, type]:
    """Return the classes of the events that the context publishes and the commands that it receives, by type."""
    classes = [
        cls for module in MESSAGE_MODULES for cls in _classes(context, module) if hasattr(cls, "__declaration__")
    ]
    return {declaration(cls).type: cls for cls in sorted(classes, key=lambda cls: declaration(cls).type)}


def interfaces_of(context: str) -> list[type]:
    return [cls for cls in _classes(context, "published.interface") if "context" in vars(cls)]


def refusals_of(context: str) -> list[str]:
    """Return the codes of the refusals in which a call of this context may end."""
    return sorted(cls.code for cls in _classes(context, "published.errors") if issubclass(cls, Refusal))


def is_published(cls: type) -> bool:
    """Tell a message for others from one that its context sends itself."""
    return ".published." in cls.__module__


def _classes(context: str, module: str) -> Iterator[type]:
    name = f"contexts.{context}.{module}"
    try:
        members = vars(import_module(name))
    except ModuleNotFoundError as error:
        if not f"{name}.".startswith(f"{error.name}."):
            raise
        return
    yield from (value for value in members.values() if inspect.isclass(value) and value.__module__ == name)
