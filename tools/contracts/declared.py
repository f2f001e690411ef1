"""What a context declares: its messages, interfaces and refusals, whether or not its code uses them."""

import inspect
from collections.abc import Iterator
from importlib import import_module

from building_blocks.interfaces.declare import errors_of
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
    """Return the codes of the refusals that a call of this context may raise."""
    return sorted({code for interface in interfaces_of(context) for code in errors_of(interface)})


def is_published(cls: type) -> bool:
    """Return whether a message is for other contexts, and not one that its context sends to itself."""
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
