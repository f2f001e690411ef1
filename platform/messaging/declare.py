"""Declaring what contexts tell and ask each other: events are facts, commands are requests to one receiver."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_declared: dict[str, type] = {}

MAX_PERIOD = timedelta(days=1)


class MessageMisdeclared(TypeError):
    """Raised at import where a message could not be told from another, or not be ordered."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """
    What a message class says of itself.

    :param type: its stable name, `<context>.<name>.v<version>`; a changed meaning is a new version.
    :param key: the field that names the aggregate it is about.
    :param every: how often its context sends it to itself; never, where there is none.
    """

    type: str
    key: str
    is_command: bool
    every: timedelta | None = None

    @property
    def context(self) -> str:
        """The context that publishes the event, or receives the command."""
        return self.type.split(".", 1)[0]


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(type: str, *, key: str) -> Callable[[type[T]], type[T]]:  # noqa: A002 - CloudEvents' own word
    """Declare a fact, in the past tense: ids and facts, published by the context whose name its type begins with."""
    return _declare(Declaration(type, key, is_command=False))


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(
    type: str,  # noqa: A002 - as above
    *,
    key: str,
    every: timedelta | None = None,
) -> Callable[[type[T]], type[T]]:
    """
    Declare a request to the one context whose name its type begins with; answered, if at all, by an event.

    :param every: lets the context send it to itself at the beginning of each such period, which its only field
        `due_at` names; at most a day, counted from 1970 in UTC, so that all processes agree when one begins.
    """
    return _declare(Declaration(type, key, is_command=True, every=every))


def declaration(message: object) -> Declaration:
    """Return what the class of a message, or the class itself, declares."""
    declared: Declaration = getattr(message, "__declaration__")  # noqa: B009 - the attribute is ours, the class anybody's
    return declared


def message_class(type: str) -> type[Any] | None:  # noqa: A002 - as above
    """Return the class behind a message's type, or nothing where this code does not know it."""
    return _declared.get(type)


def periodic_commands() -> dict[type[Any], Declaration]:
    """Return the commands that are sent once in each period."""
    declarations = {cls: declaration(cls) for cls in _declared.values()}
    return {cls: declared for cls, declared in declarations.items() if declared.every}


def _declare(declared: Declaration) -> Callable[[type[T]], type[T]]:
    def declare(cls: type[T]) -> type[T]:
        decorated = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        names = {field.name for field in fields(decorated)}  # type: ignore[arg-type]
        if declared.type in _declared:
            raise MessageMisdeclared(f"{declared.type} is declared twice")
        if declared.key not in names:
            raise MessageMisdeclared(f"{declared.type} has no field {declared.key}")
        if declared.every and (declared.every > MAX_PERIOD or names != {"due_at"}):
            raise MessageMisdeclared(f"{declared.type} is periodic: `due_at` alone, at least once a day")
        decorated.__declaration__ = declared  # type: ignore[attr-defined]
        _declared[declared.type] = decorated
        return decorated

    return declare
