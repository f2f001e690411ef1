"""Publishing probes, and reading their effects with plain SQL as the administrator, who can read every context."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import connections
from django.utils import timezone

from building_blocks.databases.transactions import Database
from message_console.interventions import replay
from messaging.models import InboxMessage
from messaging.publishing import publish
from tests.conformance.probe.messages import Probed

SENDER = "ordering"
RECEIVERS = ("basket", "catalog")
UNFINISHED = "state IN ('pending', 'sent') AND type LIKE 'ordering.probed%'"
TABLE = (
    "CREATE TABLE IF NOT EXISTS {}.probe_effect (id bigserial PRIMARY KEY,"
    " handler text NOT NULL, probe_id uuid NOT NULL, key text NOT NULL, number integer NOT NULL)"
)


def send(*events: object) -> None:
    """Publish the events as ordering, each in its own transaction."""
    for event in events:
        with Database(SENDER).atomic():
            publish(event)
    connections.close_all()


def probes(number: int, *, key: str = "", colour: str = "grey") -> list[Probed]:
    return [
        Probed(probe_id=(id_ := uuid4()), key=key or str(id_), number=count, colour=colour) for count in range(number)
    ]


def effects(context: str) -> list[tuple[str, UUID, str, int]]:
    """Return handler, probe, key and number of each effect in a context, in the order of the effects."""
    return sql(f"SELECT handler, probe_id, key, number FROM {context}.probe_effect ORDER BY id")  # noqa: S608


def recorded(context: str, *, by: str = "record_probe") -> Counter[UUID]:
    """Return how often a handler of this context has recorded each probe."""
    return Counter(probe_id for handler, probe_id, _, _ in effects(context) if handler == by)


def is_idle() -> bool:
    """Return whether all probes are finished, in every context, at one moment."""
    queues = [
        f"{context}.messaging_{queue}message" for context in (SENDER, *RECEIVERS) for queue in ("outbox", "inbox")
    ]
    return not sql(" UNION ALL ".join(f"SELECT 1 FROM {queue} WHERE {UNFINISHED}" for queue in queues))  # noqa: S608


def dead(context: str) -> dict[UUID, str]:
    """Return the dead probes of this context, each with its error."""
    rows = sql(
        f"SELECT data->>'probe_id', last_error FROM {context}.messaging_inboxmessage WHERE state = 'dead'"  # noqa: S608
    )
    return {UUID(probe_id): error for probe_id, error in rows}


def replay_all() -> int:
    """Replay the dead probes of all receivers, and return their number."""
    rows_by_context = {context: InboxMessage.objects.using(settings.CONTEXTS[context]).all() for context in RECEIVERS}
    return sum(
        len(replay(context, rows, who="a test", now=timezone.now())) for context, rows in rows_by_context.items()
    )


def once(sent: Iterable[Any]) -> Counter[UUID]:
    """Return the value of `recorded` if each of these probes had its effect once."""
    return Counter(probe.probe_id for probe in sent)


def sql(query: str, *arguments: object) -> list[tuple[Any, ...]]:
    cursor = administrator().execute(query.encode(), arguments or None)
    return cursor.fetchall() if cursor.description else []


@cache
def administrator() -> psycopg.Connection:
    return psycopg.connect(settings.DATABASE_URL, autocommit=True)
