"""
`manage.py work`: relay and handle messages until told to end, so that the web processes need not. Beside a broker,
where Celery's workers handle, it only relays.
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
    help = "Relays and handles messages until SIGTERM, which lets what is being handled end first."
    requires_system_checks = []  # `make check` makes them; here they only cost time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--healthy", action="store_true", help="only tell whether the one that runs here gets on")

    def handle(self, *, healthy: bool, **options: Any) -> None:
        if healthy:
            _check_heartbeat()
        elif settings.DISPATCHER_THREADS < 1:
            raise CommandError("DISPATCHER_THREADS is 0: set how many messages shall be handled at once")
        else:
            _work()


def _work() -> None:
    # Blocked before there are threads, which take that over: so the signal is kept for `sigwait`, from now on.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    start_telemetry(metrics_port=settings.METRICS_PORT)
    end = dispatcher.start(settings.DISPATCHER_THREADS, handles=not settings.CELERY_BROKER_URL)
    end_heartbeat = heartbeat.start(dispatcher.seconds_since_progress)
    logger.info("works: messages of %s, on %d threads", ", ".join(settings.CONTEXTS), settings.DISPATCHER_THREADS)
    signal.sigwait(STOP_SIGNALS)
    logger.info("ends, once what is being handled is done")
    end_heartbeat()
    end()


def _check_heartbeat() -> None:
    age = heartbeat.age()
    if age is None:
        raise CommandError("nothing works here: no heartbeat yet")
    if age > heartbeat.MAX_AGE:
        raise CommandError(f"it has not got on for {age:.0f} s: does the database answer?")
