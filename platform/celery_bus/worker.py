"""What runs in a worker's processes beside Celery's tasks: the dispatcher of its contexts, and the post of receipts."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery import signals
from celery.concurrency.prefork import TaskPool as Prefork
from django.conf import settings

from building_blocks.messaging import dispatcher
from celery_bus import receipts
from celery_bus.application import CONFIRM, application, contexts_here
from telemetry.process import start_telling

logger = logging.getLogger(__name__)

_ends: list[Callable[[], None]] = []


def send_receipts() -> None:
    """Send what was gathered; where the broker does not take it, the messages come again, and are confirmed anew."""
    for (source, receiver), ids in receipts.take().items():
        application().send_task(CONFIRM, (source, receiver, ids), queue=source)


@signals.worker_process_init.connect
def _begin_in_child(**more: Any) -> None:
    _begin()


@signals.worker_ready.connect
def _begin_in_threads(*, sender: Any, **more: Any) -> None:
    """Begin in the process itself where its pool is of threads; one that forks begins in each child."""
    if not issubclass(sender.controller.pool_cls, Prefork):
        _begin()


@signals.worker_process_shutdown.connect
@signals.worker_shutdown.connect
def _end(**more: Any) -> None:
    while _ends:
        _ends.pop()()


def _begin() -> None:
    start_telling()
    here = contexts_here() & set(settings.CONTEXTS)
    _ends.append(dispatcher.start(settings.DISPATCHER_THREADS, contexts=here))
    ended = threading.Event()
    threading.Thread(target=_post, args=[ended], name="receipts", daemon=True).start()
    _ends.append(ended.set)


def _post(ended: threading.Event) -> None:
    while not ended.wait(receipts.GATHER_FOR):
        try:
            send_receipts()
        except Exception as error:
            logger.warning("the broker took no receipts, the messages come again: %s", type(error).__name__)
