"""
The Celery application, and the two tasks of the bus: `receive` at a receiver, `confirm` back at the sender.

A worker stores what it receives and only then acknowledges it; handling is the dispatcher's, in the same process,
which also finds whatever a crash left in the inbox. So no message is ever handled by the broker's leave, and none
can go round in circles there: one that ends its process is counted, and parked, by the inbox.
"""

from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from celery import Celery
from django.conf import settings
from django.utils import timezone

from building_blocks.db import release_connections
from building_blocks.messaging import inbox, relay
from building_blocks.messaging.dispatcher import wake
from building_blocks.messaging.envelope import Envelope
from building_blocks.messaging.subscriptions import handlers_of
from celery_bus import receipts
from celery_bus.topology import queues

RECEIVE, CONFIRM = "markethall.receive", "markethall.confirm"

CONFIGURATION = {
    "accept_content": ["json"],
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "task_acks_late": True,
    "task_create_missing_queues": False,
    "task_ignore_result": True,
    "task_retry_on_worker_lost": True,
    "task_publish_retry": False,  # the relay sends again
    "worker_consumer": "celery_bus.consumer:Consumer",
    "worker_concurrency": 2,  # threads that store what comes; DISPATCHER_THREADS handle it
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,
    "worker_pool": "threads",
    "worker_prefetch_multiplier": 16,
    "worker_soft_shutdown_timeout": 10.0,  # seconds
}

# Times in seconds. Kombu is to try once: by default it goes on for six seconds, for which each message to a broker that
# is away would hold up a dispatcher's thread, and its handlers with it. The relay tries again.
TRANSPORT = {"max_retries": 0}
REDIS = {"socket_connect_timeout": 2, "socket_timeout": 5, "visibility_timeout": 60}
RABBITMQ = {"confirm_publish": True, "read_timeout": 5, "write_timeout": 5}


@cache
def application() -> Celery:
    """Return the process's one application; made late, since its queues need every context's subscriptions."""
    # Without Celery's Django fix-up, which would close the pools of connections that the dispatcher works with.
    made = Celery("markethall", broker=settings.CELERY_BROKER_URL, fixups=set())
    own = RABBITMQ if settings.CELERY_BROKER_URL.startswith("amqp") else REDIS
    made.conf.update(CONFIGURATION, broker_transport_options=TRANSPORT | own, task_queues=queues())
    made.conf.task_default_queue = next(iter(settings.CONTEXTS))  # Celery wants one; each task here names its own
    made.task(_receive, name=RECEIVE)
    made.task(_confirm, name=CONFIRM)
    return made


def contexts_here() -> set[str]:
    """Return the contexts whose queues this worker consumes, as `-Q` names them."""
    return set(application().amqp.queues.consume_from)


def _receive(envelopes: list[dict[str, Any]]) -> None:
    """Keep messages of one type for the handlers of the contexts that work here, and say that they have them."""
    found = msgspec.convert(envelopes, list[Envelope])
    try:
        for context in contexts_here() & handlers_of(found[0].type).keys():
            inbox.store(context, found, now=timezone.now())
            receipts.note(found[0].source, context, [envelope.id for envelope in found])
            wake(context, "inbox")
    finally:
        release_connections()


def _confirm(source: str, receiver: str, message_ids: list[str]) -> None:
    """Note in the sender's outbox that a receiver holds these messages."""
    try:
        if relay.confirm(source, receiver, [UUID(id_) for id_ in message_ids], now=timezone.now()):
            wake(source, "outbox")
    finally:
        release_connections()
