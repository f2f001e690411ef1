"""
`manage.py work`: relays and handles messages until it is stopped, so that the web processes need not do that.

With a broker it only relays, because Celery workers handle the messages.
"""

import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging import dispatcher
from observability import heartbeat
from observability.process import start_telemetry

logger = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Command(BaseCommand):
    help = "Relays and handles messages until SIGTERM, and then finishes the current ones."
    requires_system_checks = []  # `make check` runs them; here they only cost time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--healthy", action="store_true", help="only check whether the worker here makes progress")

    def handle(self, *, healthy: bool, **options: Any) -> None:
        if healthy:
            _check_heartbeat()
        elif settings.DISPATCHER_THREADS < 1:
            raise CommandError("DISPATCHER_THREADS is 0: set the number of messages to handle at once")
        else:
            _work()


def _work() -> None:
    # Threads inherit blocked signals, so they are blocked before any thread starts. Only `sigwait` receives them.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    start_telemetry(metrics_port=settings.METRICS_PORT)
    end = dispatcher.start(settings.DISPATCHER_THREADS, handles=not settings.CELERY_BROKER_URL)
    end_heartbeat = heartbeat.start(dispatcher.seconds_since_progress)
    logger.info("started: messages of %s on %d threads", ", ".join(settings.CONTEXTS), settings.DISPATCHER_THREADS)
    signal.sigwait(STOP_SIGNALS)
    logger.info("stopping after the current messages")
    end_heartbeat()
    end()


def _check_heartbeat() -> None:
    age = heartbeat.age()
    if age is None:
        raise CommandError("no worker runs here: there is no heartbeat")
    if age > heartbeat.MAX_AGE:
        raise CommandError(f"the worker has made no progress for {age:.0f} s: does the database answer?")
