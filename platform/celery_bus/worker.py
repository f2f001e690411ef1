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
from telemetry import heartbeat
from telemetry.process import start_telling

logger = logging.getLogger(__name__)

_ends: list[Callable[[], None]] = []


def send_receipts() -> None:
    """Send what was gathered; where the broker does not take it, the messages come again, and are confirmed anew."""
    for (source, receiver), ids in receipts.take().items():
        application().send_task(CONFIRM, (source, receiver, ids), queue=source)


@signals.setup_logging.connect
def _leave_logs_as_the_settings_have_them(**more: Any) -> None:
    """Celery configures logging unless somebody listens here."""


@signals.worker_process_init.connect
def _begin_in_child(**more: Any) -> None:
    """Begin in a child of a pool that forks, but for what only one of them could do: answer on the metrics' port."""
    _begin(metrics_port=0)


@signals.celeryd_after_setup.connect
def _begin_in_threads(*, instance: Any, **more: Any) -> None:
    """Begin in the process itself where its pool is of threads: at once, since what lies here needs no broker."""
    if not issubclass(instance.pool_cls, Prefork):
        _begin(metrics_port=settings.METRICS_PORT)


@signals.worker_process_shutdown.connect
@signals.worker_shutdown.connect
def _end(**more: Any) -> None:
    while _ends:
        _ends.pop()()


def _begin(*, metrics_port: int) -> None:
    start_telling(metrics_port=metrics_port)
    here = contexts_here() & set(settings.CONTEXTS)
    _ends.append(_start_post())
    _ends.append(dispatcher.start(settings.DISPATCHER_THREADS, contexts=here))
    _ends.append(heartbeat.start(dispatcher.seconds_at_a_loss))
    logger.info("works: messages of %s, on %d threads", ", ".join(sorted(here)), settings.DISPATCHER_THREADS)


def _start_post() -> Callable[[], None]:
    """Send receipts every moment, and the last of them when the returned function ends it."""
    ended = threading.Event()
    thread = threading.Thread(target=_post, args=[ended], name="receipts", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return end


def _post(ended: threading.Event) -> None:
    last = False
    while not last:
        last = ended.wait(receipts.GATHER_FOR)
        try:
            send_receipts()
        except Exception as error:
            logger.warning("the broker took no receipts, the messages come again: %s", type(error).__name__)
