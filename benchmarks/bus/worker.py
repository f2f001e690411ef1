"""A worker like the shop's, `celery -A benchmarks.bus.worker worker`, with an additional bare task."""

from uuid import UUID

import django

django.setup()

from benchmarks.bus.traffic import RECEIVER, write_row  # noqa: E402
from building_blocks.databases.transactions import release_connections  # noqa: E402
from config.celery import app  # noqa: E402

BARE = "benchmarks.bare"


def bare(message: str, sku: str, price: str) -> None:
    """Insert the same row as the handler, and nothing else, with only Celery's own guarantees."""
    write_row(UUID(message), alias=RECEIVER)
    release_connections()  # as Celery's Django fix-up does after each task


app.task(bare, name=BARE)
