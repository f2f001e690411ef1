"""Declaring what contexts tell and ask each other: events are facts, commands are requests to one receiver."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_declared: dict[str, type] = {}


class MessageMisdeclared(TypeError):
    """Raised at import where a message could not be told from another, or not be ordered."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """
    What a message class says of itself.

    :param type: its stable name, `<context>.<name>.v<version>`; a changed meaning is a new version.
    :param key: the field that names the aggregate it is about.
    """

    type: str
    key: str
    is_command: bool

    @property
    def context(self) -> str:
        """The context that publishes the event, or receives the command."""
        return self.type.split(".", 1)[0]


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(type: str, *, key: str) -> Callable[[type[T]], type[T]]:  # noqa: A002 - CloudEvents' own word
    """Declare a fact, in the past tense: ids and facts, published by the context whose name its type begins with."""
    return _declare(type, key, is_command=False)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(type: str, *, key: str) -> Callable[[type[T]], type[T]]:  # noqa: A002 - as above
    """Declare a request to the one context whose name its type begins with; answered, if at all, by an event."""
    return _declare(type, key, is_command=True)


def declaration(message: object) -> Declaration:
    """Return what the class of a message, or the class itself, declares."""
    found: Declaration = getattr(message, "__declaration__")  # noqa: B009 - the attribute is ours, the class anybody's
    return found


def message_class(type: str) -> type[Any] | None:  # noqa: A002 - as above
    """Return the class behind a message's type, or nothing where this code does not know it."""
    return _declared.get(type)


def _declare(type_: str, key: str, *, is_command: bool) -> Callable[[type[T]], type[T]]:
    def declare(cls: type[T]) -> type[T]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        if type_ in _declared:
            raise MessageMisdeclared(f"{type_} is declared twice")
        if key not in {field.name for field in fields(made)}:  # type: ignore[arg-type]
            raise MessageMisdeclared(f"{type_} has no field {key}")
        made.__declaration__ = Declaration(type_, key, is_command)  # type: ignore[attr-defined]
        _declared[type_] = made
        return made

    return declare
