"""
The story of one subject, such as an order: what happened to every message about it, in every context, by time.

The outboxes are searched by subject and by trace, on which they have indexes. The receivers' rows are then found by
the ids of the messages. So no table is read whole, and inboxes need no more indexes.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from building_blocks.databases.query_all import query_all
from message_console.models import Intervention
from message_console.subject_finders import subject_for
from message_console.timeline import TimelineEntry, entries_of
from messaging.declare import declaration, message_class
from messaging.models import TRACE_ID, InboxMessage, OutboxMessage

MAX_ROWS = 500  # rows of one queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    The messages about one or several subjects, in the order in which they happened.

    :param about: the ids of the subjects.
    :param entries: the earliest first.
    :param unavailable: the contexts whose databases do not answer, and whose entries are missing.
    :param is_truncated: whether a queue has more rows than were read.
    """

    about: list[str]
    entries: list[TimelineEntry]
    unavailable: list[str]
    is_truncated: bool

    @property
    def duration(self) -> timedelta:
        return self.entries[-1].at - self.entries[0].at if self.entries else timedelta()


def story_of(search_term: str) -> Story:
    """
    Return the story of a subject, with the other messages of the same traces.

    :param search_term: the id of a message, the id of a subject, such as an order, or the subject's name.
    """
    available, unavailable = _contexts()
    matches = _matches(available, subject := subject_for(search_term.strip()))
    about = {row.subject for row in matches} or {subject}
    related = _sent(available, matches, about)
    sent = [row for row in related if _belongs(row, matches, about)]
    interventions = _rows(
        available, Intervention, Q(message_id__in={row.message_id for row in sent}) | Q(subject__in=about)
    )
    ids = {row.message_id for row in (*matches, *sent, *interventions)}
    received = _rows(available, InboxMessage, Q(message_id__in=ids) | Q(state="dead", subject__in=about))
    return Story(
        about=sorted(about),
        entries=entries_of(sent=sent, received=received, interventions=interventions),
        unavailable=unavailable,
        is_truncated=MAX_ROWS in Counter((type(row), row._state.db) for row in (*related, *received)).values(),
    )


def ids_about(subject: str) -> set[UUID]:
    """Return the ids of the messages about this subject, from the outboxes whose databases answer."""
    available, _ = _contexts()
    return {row.message_id for row in _rows(available, OutboxMessage, Q(subject=subject))}


def message_id_in(text: str) -> UUID | None:
    """Return the text as a message id, or None if it is not the id of a message."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _contexts() -> tuple[list[str], list[str]]:
    """Return the contexts whose databases answer, and the contexts whose databases do not."""
    answers = query_all("SELECT 1", settings.CONTEXTS.values())
    available = [context for context, alias in settings.CONTEXTS.items() if answers[alias]]
    return available, [context for context in settings.CONTEXTS if context not in available]


def _matches(available: list[str], search_term: str) -> list[Any]:
    """Return the message with this id, or all messages about this subject."""
    message_id = message_id_in(search_term)
    sent = _rows(available, OutboxMessage, Q(subject=search_term) | Q(message_id=message_id))
    if sent or message_id is None:
        return sent
    return _rows(available, InboxMessage, Q(message_id=message_id))  # the sender has deleted it, or is unavailable


def _sent(available: list[str], matches: list[Any], subjects: set[str]) -> list[Any]:
    traces = {row.traceparent[3:35] for row in matches if row.traceparent}
    return _rows(available, OutboxMessage, Q(subject__in=subjects) | Q(trace__in=traces), trace=TRACE_ID)


def _rows(available: list[str], table: type[Any], condition: Q, **aliases: Any) -> list[Any]:
    """Return the matching rows of each context, at most MAX_ROWS of each, the earliest first."""
    result: list[Any] = []
    for context in available:
        rows = table._default_manager.using(settings.CONTEXTS[context]).alias(**aliases).filter(condition)
        result += rows.order_by("pk")[:MAX_ROWS]
    return result


def _belongs(row: OutboxMessage, matches: list[Any], about: set[str]) -> bool:
    """Return whether the row belongs to this story. A trace may be in two stories: one click can ship two orders."""
    return row.subject in about or _key(row.type) not in {_key(other.type) for other in matches}


def _key(type_: str) -> str:
    cls = message_class(type_)
    return declaration(cls).key if cls else type_
