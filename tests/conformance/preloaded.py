"""What the processes of a fleet have in common, loaded once in the process from which they are forked; nowhere else."""

import os
import signal

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.conformance.probe.settings"

# In this process, and so in each from its beginning: whoever is reported to end too soon begins, and then ends.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])

from django import setup  # noqa: E402

setup()

import celery.apps.worker  # noqa: E402 - found late by Celery itself, which costs half a second
import celery.bin.celery  # noqa: E402
import celery.worker.components  # noqa: E402, F401
import kombu.transport.redis  # noqa: E402, F401

import messaging.buses.celery.worker  # noqa: E402, F401
from messaging import declare, subscriptions  # noqa: E402


def undeclare(type_: str) -> None:
    """Let this process be of a release in which there was no such message."""
    del declare._declared[type_]
    for name, found in list(subscriptions._subscriptions.items()):
        if found.type == type_:
            del subscriptions._subscriptions[name]
