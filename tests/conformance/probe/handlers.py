"""Handlers that record their probe in their context's `probe_effect` each time they run."""

from datetime import datetime

from django.db import connections

from building_blocks.databases.transactions import Database, open_transaction_alias
from messaging.subscriptions import on
from tests.conformance.probe import faults
from tests.conformance.probe.messages import Probed, ProbedByNewRelease, ProbedInOrder, ProbedOutside

Probe = Probed | ProbedInOrder | ProbedByNewRelease | ProbedOutside


@on(Probed)
def record_probe(event: Probed, *, now: datetime) -> None:
    record(event, "record_probe")


@on(ProbedByNewRelease)
def record_new_probe(event: ProbedByNewRelease, *, now: datetime) -> None:
    record(event, "record_new_probe")


def record(event: Probe, handler: str) -> None:
    """Insert the effect, unless a fault is injected for this probe."""
    context = open_transaction_alias()
    about = f"{context} {event.probe_id}"
    faults.wait_while_injected(f"slow {about}")
    if faults.consume(f"fails {about}"):
        raise ValueError(f"injected failure of {handler}")
    with connections[context].cursor() as cursor:
        cursor.execute(
            "INSERT INTO probe_effect (handler, probe_id, key, number) VALUES (%s, %s, %s, %s)",
            [handler, event.probe_id, event.key, event.number],
        )
    faults.die_if_injected(f"dies before commit {about}")
    Database(context).on_commit(lambda: faults.die_if_injected(f"dies after commit {about}"))
