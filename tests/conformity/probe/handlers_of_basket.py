"""What basket alone asks of its subscriptions: a filter, and order."""

from datetime import datetime

from building_blocks.messaging.subscriptions import on
from tests.conformity.probe.handlers import note
from tests.conformity.probe.messages import Probed, ProbedInOrder


@on(Probed, where={"colour": ["red", "blue"]})
def note_coloured_probe(event: Probed, *, now: datetime) -> None:
    note(event, "note_coloured_probe")


@on(ProbedInOrder, in_order=True)
def note_probe_in_order(event: ProbedInOrder, *, now: datetime) -> None:
    note(event, "note_probe_in_order")
