"""What the processes of a fleet have in common, loaded once in the process from which they are forked; nowhere else."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.conformity.probe.settings"

from django import setup

setup()

import celery.apps.worker  # noqa: E402 - found late by Celery itself, which costs half a second
import celery.bin.celery  # noqa: E402
import celery.worker.components  # noqa: E402, F401
import kombu.transport.redis  # noqa: E402, F401

import celery_bus.worker  # noqa: E402, F401
from building_blocks.messaging import declare, subscriptions  # noqa: E402


def forget(type_: str) -> None:
    """Let this process be of a release in which there was no such message."""
    del declare._declared[type_]
    for name, found in list(subscriptions._subscriptions.items()):
        if found.type == type_:
            del subscriptions._subscriptions[name]
