"""Declaring the messages between contexts: events are facts, commands are requests to one receiver."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_declared: dict[str, type] = {}

MAX_PERIOD = timedelta(days=1)


class MessageMisdeclared(TypeError):
    """Raised at import if a declaration or subscription contradicts itself or another one."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """
    The declaration of a message class.

    :param type: its stable name, `<context>.<name>.v<version>`; if the meaning changes, the version must change.
    :param key: the field with the id of its aggregate, which is the message's subject and ordering key.
    :param period: a periodic command is sent once in each period, by its context to itself; None for other messages.
    """

    type: str
    key: str
    is_command: bool
    period: timedelta | None = None

    @property
    def context(self) -> str:
        """The context that publishes the event, or receives the command."""
        return self.type.split(".", 1)[0]


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(type: str, *, key: str) -> Callable[[type[T]], type[T]]:  # noqa: A002 - CloudEvents' own word
    """Declare a fact, named in the past tense. Its type begins with the name of the context that publishes it."""
    return _declare(Declaration(type, key, is_command=False))


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(
    type: str,  # noqa: A002 - as above
    *,
    key: str,
    period: timedelta | None = None,
) -> Callable[[type[T]], type[T]]:
    """
    Declare a request. Its type begins with the name of the context that receives it. An answer, if any, is an event.

    :param period: the context sends the command to itself once in each period. The command's only field, `due_at`, is
        the beginning of the period. Periods are at most a day long, and counted from 1970 in UTC in every process.
    """
    return _declare(Declaration(type, key, is_command=True, period=period))


def declaration(message: object) -> Declaration:
    """Return the declaration of a message or of a message class."""
    declared: Declaration = getattr(message, "__declaration__")  # noqa: B009 - the attribute belongs to this module, the class to a context
    return declared


def message_class(type: str) -> type[Any] | None:  # noqa: A002 - as above
    """Return the class of a message type, or None if this code declares no such type."""
    return _declared.get(type)


def periodic_commands() -> dict[type[Any], Declaration]:
    """Return the periodic commands with their declarations."""
    declarations = {cls: declaration(cls) for cls in _declared.values()}
    return {cls: declared for cls, declared in declarations.items() if declared.period}


def _declare(declared: Declaration) -> Callable[[type[T]], type[T]]:
    def declare(cls: type[T]) -> type[T]:
        decorated = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        names = {field.name for field in fields(decorated)}  # type: ignore[arg-type]
        if declared.type in _declared:
            raise MessageMisdeclared(f"{declared.type} is declared twice")
        if declared.key not in names:
            raise MessageMisdeclared(f"{declared.type} has no field {declared.key}")
        if declared.period and (declared.period > MAX_PERIOD or names != {"due_at"}):
            raise MessageMisdeclared(f"{declared.type} is periodic: its only field is `due_at`, its period up to a day")
        decorated.__declaration__ = declared  # type: ignore[attr-defined]
        _declared[declared.type] = decorated
        return decorated

    return declare
