"""The sender's end: hands envelopes to the broker, which confirms nothing; acknowledgements come later, as tasks."""

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

    Messages that every subscriber is to get are published once, under their name, and all of a name together. What is
    sent again goes straight to the queues of those who have not confirmed it: to no others, who may have forgotten it
    by then, and past the exchange, of which the broker may have forgotten the bindings, which would never be noticed.
    """

    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        with application().producer_pool.acquire(block=True) as producer:
            for (type_, receivers, resent), envelopes in _grouped_by_route(batches, now=now).items():
                for route in _routes(type_, receivers, resent=resent):
                    application().send_task(RECEIVE, (msgspec.to_builtins(envelopes),), producer=producer, **route)
        return {}

    def is_unavailable(self) -> bool:
        """
        Return whether the broker gives no answer within two seconds.

        Asked by a thread of its own, since already looking up the name of one that is away may take longer.
        """
        answered = threading.Event()
        asker = threading.Thread(target=_ask_broker, args=[answered], name="broker?", daemon=True)
        asker.start()
        asker.join(TIMEOUT)
        return not answered.is_set()


def _ask_broker(answered: threading.Event) -> None:
    with application().connection_for_write() as connection, suppress(OperationalError, *connection.channel_errors):
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        answered.set()


def _grouped_by_route(batches: Batches, *, now: datetime) -> dict[tuple[str, frozenset[str], bool], list[Envelope]]:
    """Return the envelopes by their type, the contexts that are to get them, and whether they were sent before."""
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
    # Declared with the first message, since one that is published before a queue is bound is lost to it.
    declared = [*queues, DEAD_LETTERS]
    if receivers == receivers_of(type_) and not resent:
        return [{"exchange": EXCHANGE, "routing_key": type_, "declare": declared}]
    return [{"queue": queue, "declare": declared} for queue in queues]
