"""The workers of each bus; each runs in its own process, with Django and the probe's settings."""

import os
import signal

from celery import signals
from django.conf import settings

from tests.conformance.probe import faults

SENDER = "ordering"


def run_dispatcher(context: str) -> None:
    """Relay for the sender, or handle for a receiver, until SIGTERM."""
    from messaging import dispatcher

    end = dispatcher.start(2, contexts=[context], handles=context != SENDER)
    signal.sigwait([signal.SIGTERM])
    end()


def run_celery_worker(url: str, context: str) -> None:
    """Relay, receive and handle for a context; its sender's worker also takes the acknowledgements."""
    settings.CELERY_BROKER_URL = url
    settings.TESTED_BUS = "messaging.buses.celery.bus.CeleryBus"
    _inject_faults_of_acknowledgements()
    from config.celery import app

    options = ["-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "-l", "WARNING"]
    signals.worker_ready.connect(_may_be_ended)
    app.worker_main(["worker", "-Q", context, "-n", f"{context}-{os.getpid()}@%h", *options])


def _may_be_ended(**more: object) -> None:
    """Accept SIGTERM from now on; before, Celery has no handler for it."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def _inject_faults_of_acknowledgements() -> None:
    """Make a process die with the acknowledgements that it has collected, or when it receives one."""
    from messaging import relay
    from messaging.buses.celery import acknowledgements

    pop_all, acknowledge = acknowledgements.pop_all, relay.acknowledge

    def pop_all_and_die() -> dict[tuple[str, str], list[str]]:
        collected = pop_all()
        if any(source == SENDER for source, _ in collected):
            faults.die_if_injected("receiver dies before its acknowledgements")
        return collected

    def die_or_acknowledge(*args: object, **more: object) -> object:
        faults.die_if_injected("relay dies of an acknowledgement")
        return acknowledge(*args, **more)  # type: ignore[arg-type]

    acknowledgements.pop_all, relay.acknowledge = pop_all_and_die, die_or_acknowledge  # type: ignore[assignment]
