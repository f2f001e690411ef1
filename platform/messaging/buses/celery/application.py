"""
The Celery application, and the two tasks of the bus: `receive` at a receiver, `acknowledge` back at the sender.

A worker stores the messages that it receives, and then acknowledges them. The dispatcher of the same process handles
them, and also messages that a crash left in the inbox. So handling never depends on the broker's redelivery. A message
that kills its process becomes dead, because the inbox counts attempts; it does not circulate in the broker for ever.
"""

from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from celery import Celery
from django.conf import settings
from django.utils import timezone

from building_blocks.databases.transactions import release_connections
from messaging import inbox, relay
from messaging.buses.celery import acknowledgements
from messaging.buses.celery.topology import queues
from messaging.dispatcher import wake
from messaging.envelope import Envelope
from messaging.subscriptions import handlers_of

RECEIVE, ACKNOWLEDGE = "markethall.receive", "markethall.acknowledge"

CONFIGURATION = {
    "accept_content": ["json"],
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "task_acks_late": True,
    "task_create_missing_queues": False,
    "task_ignore_result": True,
    "task_retry_on_worker_lost": True,
    "task_publish_retry": False,  # the relay sends again
    "worker_consumer": "messaging.buses.celery.consumer:Consumer",
    "worker_concurrency": 2,  # threads that store messages; DISPATCHER_THREADS handle them
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,
    "worker_pool": "threads",
    "worker_prefetch_multiplier": 16,
    "worker_soft_shutdown_timeout": 10.0,  # seconds
}

# Times in seconds. Kombu must try only once: by default it retries for six seconds, so each message to an unavailable
# broker would block a dispatcher thread for six seconds, and delay its handlers. The relay tries again.
TRANSPORT = {"max_retries": 0}
REDIS = {"socket_connect_timeout": 2, "socket_timeout": 5, "visibility_timeout": 60}
RABBITMQ = {"confirm_publish": True, "read_timeout": 5, "write_timeout": 5}


@cache
def application() -> Celery:
    """Return the application of this process. It is created late, as its queues need every context's subscriptions."""
    # Without Celery's Django fix-up, which would close the connection pools that the dispatcher uses.
    app = Celery("markethall", broker=settings.CELERY_BROKER_URL, fixups=set())
    broker_options = RABBITMQ if settings.CELERY_BROKER_URL.startswith("amqp") else REDIS
    app.conf.update(CONFIGURATION, broker_transport_options=TRANSPORT | broker_options, task_queues=queues())
    app.conf.task_default_queue = next(iter(settings.CONTEXTS))  # required by Celery; each task here names its queue
    app.task(_receive, name=RECEIVE)
    app.task(_acknowledge, name=ACKNOWLEDGE)
    return app


def consumed_contexts() -> set[str]:
    """Return the contexts whose queues this worker consumes, from `-Q`."""
    return set(application().amqp.queues.consume_from)


def _receive(envelopes: list[dict[str, Any]]) -> None:
    """Store messages of one type in the inboxes of this worker's contexts, and collect their acknowledgements."""
    received = msgspec.convert(envelopes, list[Envelope])
    try:
        for context in consumed_contexts() & handlers_of(received[0].type).keys():
            inbox.store(context, received, now=timezone.now())
            acknowledgements.add(received[0].source, context, [envelope.id for envelope in received])
            wake(context, "inbox")
    finally:
        release_connections()


def _acknowledge(source: str, receiver: str, message_ids: list[str]) -> None:
    """Record in the sender's outbox that a receiver has acknowledged these messages."""
    try:
        if relay.acknowledge(source, receiver, [UUID(id_) for id_ in message_ids], now=timezone.now()):
            wake(source, "outbox")
    finally:
        release_connections()
