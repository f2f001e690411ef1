"""A worker as the shop has it, `celery -A benchmarks.bus.worker worker`, with one bare task more."""

from uuid import UUID

import django

django.setup()

from benchmarks.bus.traffic import RECEIVER, write_row  # noqa: E402
from building_blocks.databases.transactions import release_connections  # noqa: E402
from config.celery import app  # noqa: E402

BARE = "benchmarks.bare"


def bare(message: str, sku: str, price: str) -> None:
    """Write the row that the handler writes, and nothing else; no promise is kept but Celery's own."""
    write_row(UUID(message), alias=RECEIVER)
    release_connections()  # as Celery's Django fix-up does after each task


app.task(bare, name=BARE)
