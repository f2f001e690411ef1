"""The threads of a worker's processes beside Celery's tasks: the dispatcher, and the sender of acknowledgements."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery import signals
from celery.concurrency.prefork import TaskPool as Prefork
from django.conf import settings

from messaging import dispatcher
from messaging.buses.celery import acknowledgements
from messaging.buses.celery.application import ACKNOWLEDGE, application, consumed_contexts
from observability import heartbeat
from observability.process import start_telemetry

logger = logging.getLogger(__name__)

_stop_functions: list[Callable[[], None]] = []


def send_acknowledgements() -> None:
    """Send the collected acknowledgements. If the broker refuses them, the senders will send the messages again."""
    for (source, receiver), ids in acknowledgements.pop_all().items():
        application().send_task(ACKNOWLEDGE, (source, receiver, ids), queue=source)


@signals.setup_logging.connect
def _keep_configured_logging(**more: Any) -> None:
    """Keep the settings' logging: Celery configures logging unless this signal has a receiver."""


@signals.worker_process_init.connect
def _begin_in_child(**more: Any) -> None:
    """Start the threads in each child of a prefork pool, without metrics: only one child could listen on the port."""
    _begin(metrics_port=0)


@signals.celeryd_after_setup.connect
def _begin_in_threads(*, instance: Any, **more: Any) -> None:
    """Start the threads in a process whose pool has threads. Stored messages do not wait for the broker."""
    if not issubclass(instance.pool_cls, Prefork):
        _begin(metrics_port=settings.METRICS_PORT)


@signals.worker_process_shutdown.connect
@signals.worker_shutdown.connect
def _end(**more: Any) -> None:
    while _stop_functions:
        _stop_functions.pop()()


def _begin(*, metrics_port: int) -> None:
    start_telemetry(metrics_port=metrics_port)
    here = consumed_contexts() & set(settings.CONTEXTS)
    _stop_functions.append(_start_acknowledgement_sender())
    _stop_functions.append(dispatcher.start(settings.DISPATCHER_THREADS, contexts=here))
    _stop_functions.append(heartbeat.start(dispatcher.seconds_since_progress))
    logger.info("started: handles messages of %s on %d threads", ", ".join(sorted(here)), settings.DISPATCHER_THREADS)


def _start_acknowledgement_sender() -> Callable[[], None]:
    """Start a thread that sends acknowledgements; the returned function sends the last ones and ends it."""
    ended = threading.Event()
    thread = threading.Thread(target=_run_acknowledgement_sender, args=[ended], name="acknowledgements", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return end


def _run_acknowledgement_sender(ended: threading.Event) -> None:
    last = False
    while not last:
        last = ended.wait(acknowledgements.SEND_INTERVAL)
        try:
            send_acknowledgements()
        except Exception as error:
            logger.warning(
                "the broker refused acknowledgements; the messages will be sent again: %s", type(error).__name__
            )
