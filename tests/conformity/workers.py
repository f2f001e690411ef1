"""What a worker runs, on each bus; in a process of its own, which has loaded Django with the settings of the probe."""

import os
import signal

from celery import signals
from django.conf import settings

from tests.conformity.probe import troubles

SENDER = "ordering"


def run_dispatcher(context: str) -> None:
    """Relay for the sender, or handle for a receiver."""
    from building_blocks.messaging import dispatcher

    end = dispatcher.start(2, contexts=[context], handles=context != SENDER)
    signal.sigwait([signal.SIGTERM])
    end()


def run_celery_worker(url: str, context: str) -> None:
    """Relay, receive and handle for a context; its sender's worker also takes the receipts."""
    settings.CELERY_BROKER_URL = url
    settings.CARRIER = "celery_bus.bus.CeleryBus"
    _plant_troubles_of_receipts()
    from config.celery import app

    options = ["-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "-l", "WARNING"]
    signals.worker_ready.connect(_may_be_ended)
    app.worker_main(["worker", "-Q", context, "-n", f"{context}-{os.getpid()}@%h", *options])


def _may_be_ended(**more: object) -> None:
    """Take SIGTERM from now on; before, Celery would not know yet what to do with it."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def _plant_troubles_of_receipts() -> None:
    """Let a process die with the receipts that it has gathered, or when one comes."""
    from building_blocks.messaging import relay
    from celery_bus import receipts

    take, confirm = receipts.take, relay.confirm

    def take_and_die() -> dict[tuple[str, str], list[str]]:
        taken = take()
        if any(source == SENDER for source, _ in taken):
            troubles.die_if_planted("receiver dies before its receipts")
        return taken

    def die_or_confirm(*args: object, **more: object) -> object:
        troubles.die_if_planted("relay dies of a receipt")
        return confirm(*args, **more)  # type: ignore[arg-type]

    receipts.take, relay.confirm = take_and_die, die_or_confirm  # type: ignore[assignment]
