"""
The story of one thing, such as a purchase: what became of every message about it, in every context, by time.

The outboxes are searched by what messages are about and by their traces, of which they have indexes; the rows of the
receivers are then found by the ids of the messages. So no table is read whole, and inboxes need no index for it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from building_blocks.databases.asking import ask_databases
from building_blocks.messaging.declare import declaration, message_class
from building_blocks.messaging.models import TRACE, InboxMessage, OutboxMessage
from message_desk import moments
from message_desk.models import Mending
from message_desk.moments import Moment
from message_desk.names import subject_behind

MOST = 500  # rows of one box


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    :param about: the ids of the things that it is about.
    :param moments: what happened, the earliest first.
    :param away: the contexts whose databases do not answer, and whose part is missing.
    :param is_cut: whether some box holds more than is told.
    """

    about: list[str]
    moments: list[Moment]
    away: list[str]
    is_cut: bool

    @property
    def lasted(self) -> timedelta:
        return self.moments[-1].at - self.moments[0].at if self.moments else timedelta()


def story_of(sought: str) -> Story:
    """
    Return the story of what a message is about, with all that was caused along with it.

    :param sought: the id of a message; or of what messages are about, such as an order; or what people call that.
    """
    present, away = _contexts()
    beginning = _beginning(present, subject := subject_behind(sought.strip()))
    about = {row.subject for row in beginning} or {subject}
    along = _sent(present, beginning, about)
    sent = [row for row in along if _belongs(row, beginning, about)]
    mended = _each(present, Mending, Q(message_id__in={row.message_id for row in sent}) | Q(subject__in=about))
    ids = {row.message_id for row in (*beginning, *sent, *mended)}
    received = _each(present, InboxMessage, Q(message_id__in=ids) | Q(state="dead", subject__in=about))
    return Story(
        about=sorted(about),
        moments=moments.of(sent=sent, received=received, mended=mended),
        away=away,
        is_cut=MOST in Counter((type(row), row._state.db) for row in (*along, *received)).values(),
    )


def ids_about(subject: str) -> set[UUID]:
    """Return the ids of the messages about this, as the outboxes that answer know them."""
    present, _ = _contexts()
    return {row.message_id for row in _each(present, OutboxMessage, Q(subject=subject))}


def message_id_in(text: str) -> UUID | None:
    """Return the id that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _contexts() -> tuple[list[str], list[str]]:
    """Return whose databases answer, and whose do not."""
    answers = ask_databases("SELECT 1", settings.CONTEXTS.values())
    present = [context for context, alias in settings.CONTEXTS.items() if answers[alias]]
    return present, [context for context in settings.CONTEXTS if context not in present]


def _beginning(present: list[str], sought: str) -> list[Any]:
    """Return the messages that were asked for, or all about the thing that was."""
    message_id = message_id_in(sought)
    sent = _each(present, OutboxMessage, Q(subject=sought) | Q(message_id=message_id))
    if sent or message_id is None:
        return sent
    return _each(present, InboxMessage, Q(message_id=message_id))  # whose sender has forgotten it, or is away


def _sent(present: list[str], beginning: list[Any], subjects: set[str]) -> list[Any]:
    traces = {row.traceparent[3:35] for row in beginning if row.traceparent}
    return _each(present, OutboxMessage, Q(subject__in=subjects) | Q(trace__in=traces), trace=TRACE)


def _each(present: list[str], table: type[Any], condition: Q, **aliases: Any) -> list[Any]:
    """Return the rows of each context that fit, so many of each at most, the earliest first."""
    found: list[Any] = []
    for context in present:
        rows = table._default_manager.using(settings.CONTEXTS[context]).alias(**aliases).filter(condition)
        found += rows.order_by("pk")[:MOST]
    return found


def _belongs(row: OutboxMessage, beginning: list[Any], about: set[str]) -> bool:
    """Tell what a trace adds to a story from the story of a like thing, such as an order shipped by the same click."""
    return row.subject in about or _key(row.type) not in {_key(other.type) for other in beginning}


def _key(type_: str) -> str:
    cls = message_class(type_)
    return declaration(cls).key if cls else type_
