"""Publishing events and sending commands: each becomes a row in the sender's outbox, in the caller's transaction."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from prometheus_client import Counter

from building_blocks.databases.transactions import Database, TransactionMisused, open_transaction_alias
from messaging.declare import declaration
from messaging.dispatcher import wake
from messaging.envelope import wrap
from messaging.models import OutboxMessage
from messaging.sql import insert
from messaging.subscriptions import receivers_in_order
from observability.tracing import span

MESSAGES_SENT = Counter("markethall_messages_sent", "Events and commands that were committed to an outbox.", ["type"])


def publish(*events: object) -> None:
    """
    Publish events to all subscribers, when this transaction commits.

    :raises TransactionMisused: no transaction is open on the database of the events' own context.
    """
    context = _sender()
    for event in events:
        declared = declaration(event)
        if declared.is_command:
            raise TransactionMisused(f"{declared.type} is a command: send it")
        if declared.context != context:
            raise TransactionMisused(f"{declared.type} may not be published by {context}")
    _store(context, events, at=None)


def send(*commands: object, at: datetime | None = None) -> None:
    """
    Send each command to its receiver, when this transaction commits.

    :param at: holds the commands back until this time. Delayed commands have no order, so they block no other message.
    :raises TransactionMisused: no transaction is open.
    """
    for command in commands:
        if not declaration(command).is_command:
            raise TransactionMisused(f"{declaration(command).type} is an event: publish it")
    _store(_sender(), commands, at=at)


def _sender() -> str:
    alias = open_transaction_alias()
    return next(context for context, database in settings.CONTEXTS.items() if database == alias)


def _store(context: str, messages: tuple[object, ...], *, at: datetime | None) -> None:
    alias, now = settings.CONTEXTS[context], timezone.now()
    types = [declaration(message).type for message in messages]
    with span(f"send {', '.join(types)}", kind="producer", context=context):
        rows = [
            OutboxMessage.from_envelope(
                wrap(message, source=context, now=now),
                available_at=at or now,
                in_order=at is None and bool(receivers_in_order(type_)),
            )
            for message, type_ in zip(messages, types, strict=True)
        ]
        insert(alias, rows)
    Database(alias).on_commit(lambda: _after_commit(context, types))


def _after_commit(context: str, types: list[str]) -> None:
    wake(context, "outbox")
    for type_ in types:
        MESSAGES_SENT.labels(type_).inc()
