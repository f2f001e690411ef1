"""What basket alone asks of its subscriptions: a filter, order, and asking a party outside."""

import time
from datetime import datetime

from building_blocks.messaging import models
from building_blocks.messaging.subscriptions import on
from tests.conformity.probe import troubles
from tests.conformity.probe.handlers import note
from tests.conformity.probe.messages import Probed, ProbedInOrder, ProbedOutside


@on(Probed, where={"colour": ["red", "blue"]})
def note_coloured_probe(event: Probed, *, now: datetime) -> None:
    note(event, "note_coloured_probe")


@on(ProbedInOrder, in_order=True)
def note_probe_in_order(event: ProbedInOrder, *, now: datetime) -> None:
    note(event, "note_probe_in_order")


def then_note_answer(event: ProbedOutside, answer: None, *, now: datetime) -> None:
    note(event, "note_answer")


@on(ProbedOutside, then=then_note_answer)
def ask_outside(event: ProbedOutside) -> None:
    """Take a fifth of a lease for it: ten of them, one after the other, take two leases."""
    troubles.tell(str(event.probe_id))
    time.sleep(models.LEASE.total_seconds() / 5)
