"""Modules that all processes of a fleet need, loaded once in the fork server, and imported nowhere else."""

import os
import signal

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.conformance.probe.settings"

# Each forked process inherits this: a SIGTERM that comes while it starts ends it after the start.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])

from django import setup  # noqa: E402

setup()

import celery.apps.worker  # noqa: E402 - Celery imports these late, which costs half a second
import celery.bin.celery  # noqa: E402
import celery.worker.components  # noqa: E402, F401
import kombu.transport.redis  # noqa: E402, F401

import messaging.buses.celery.worker  # noqa: E402, F401
from messaging import declare, subscriptions  # noqa: E402


def undeclare(type_: str) -> None:
    """Make this process one of a release without this message."""
    del declare._declared[type_]
    for name, subscription in list(subscriptions._subscriptions.items()):
        if subscription.type == type_:
            del subscriptions._subscriptions[name]
