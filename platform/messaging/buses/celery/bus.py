"""The sender's end passes envelopes to the broker. Acknowledgements arrive later, as tasks that the receivers send."""

import threading
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from kombu.exceptions import OperationalError

from messaging import models
from messaging.bus import Acknowledgements, Batches
from messaging.buses.celery.application import RECEIVE, application
from messaging.buses.celery.topology import DEAD_LETTERS, EXCHANGE
from messaging.envelope import Envelope
from messaging.subscriptions import receivers_of

TIMEOUT = 2.0  # seconds


class CeleryBus:
    """
    Implements `messaging.bus.Bus`.

    A message is published once for all subscribers, with its type as routing key, together with others of the type. A
    resent message goes directly to the queues of the contexts that have not acknowledged it, because the others may
    have deleted it by then, and because the broker may have lost the bindings of the exchange unnoticed.
    """

    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        with application().producer_pool.acquire(block=True) as producer:
            for (type_, receivers, resent), envelopes in _grouped_by_route(batches, now=now).items():
                for route in _routes(type_, receivers, resent=resent):
                    application().send_task(RECEIVE, (msgspec.to_builtins(envelopes),), producer=producer, **route)
        return {}

    def is_unavailable(self) -> bool:
        """
        Return whether the broker does not answer within two seconds.

        A separate thread connects to the broker, because the lookup of its name may take longer than that.
        """
        answered = threading.Event()
        thread = threading.Thread(target=_connect, args=[answered], name="broker check", daemon=True)
        thread.start()
        thread.join(TIMEOUT)
        return not answered.is_set()


def _connect(answered: threading.Event) -> None:
    with application().connection_for_write() as connection, suppress(OperationalError, *connection.channel_errors):
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        answered.set()


def _grouped_by_route(batches: Batches, *, now: datetime) -> dict[tuple[str, frozenset[str], bool], list[Envelope]]:
    """Group the envelopes by type, receiving contexts, and whether they were sent before."""
    envelopes: dict[UUID, Envelope] = {}
    receivers: dict[UUID, set[str]] = {}
    for context, received in batches.items():
        for envelope in received:
            envelopes[envelope.id] = envelope
            receivers.setdefault(envelope.id, set()).add(context)
    groups: dict[tuple[str, frozenset[str], bool], list[Envelope]] = {}
    for id_, envelope in envelopes.items():
        resent = now - envelope.time >= models.RESEND_AFTER
        groups.setdefault((envelope.type, frozenset(receivers[id_]), resent), []).append(envelope)
    return groups


def _routes(type_: str, receivers: frozenset[str], *, resent: bool) -> list[dict[str, Any]]:
    queues = [application().amqp.queues[receiver] for receiver in receivers]
    # Declared with the first message, because a message published before a queue is bound does not reach it.
    declared = [*queues, DEAD_LETTERS]
    if receivers == receivers_of(type_) and not resent:
        return [{"exchange": EXCHANGE, "routing_key": type_, "declare": declared}]
    return [{"queue": queue, "declare": declared} for queue in queues]
