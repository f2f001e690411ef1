"""Handlers of basket only: with a filter, in order, and with an external call."""

import time
from datetime import datetime

from messaging import models
from messaging.subscriptions import on
from tests.conformance.probe import faults
from tests.conformance.probe.handlers import record
from tests.conformance.probe.messages import Probed, ProbedInOrder, ProbedOutside


@on(Probed, where={"colour": ["red", "blue"]})
def record_coloured_probe(event: Probed, *, now: datetime) -> None:
    record(event, "record_coloured_probe")


@on(ProbedInOrder, in_order=True)
def record_probe_in_order(event: ProbedInOrder, *, now: datetime) -> None:
    record(event, "record_probe_in_order")


def then_record_answer(event: ProbedOutside, answer: None, *, now: datetime) -> None:
    record(event, "record_answer")


@on(ProbedOutside, then=then_record_answer)
def ask_outside(event: ProbedOutside) -> None:
    """Take a fifth of a lease: ten calls, one after the other, take two leases."""
    faults.report(str(event.probe_id))
    time.sleep(models.LEASE.total_seconds() / 5)
