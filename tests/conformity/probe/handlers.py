"""Each handler notes its probe in its context's `probe_effect`, as often as it is called."""

from datetime import datetime

from django.db import connections

from building_blocks.db import Database, the_open_transaction
from building_blocks.messaging.subscriptions import on
from tests.conformity.probe import troubles
from tests.conformity.probe.messages import Probed, ProbedAnew, ProbedInOrder, ProbedOutside

Probe = Probed | ProbedInOrder | ProbedAnew | ProbedOutside


@on(Probed)
def note_probe(event: Probed, *, now: datetime) -> None:
    note(event, "note_probe")


@on(ProbedAnew)
def note_new_probe(event: ProbedAnew, *, now: datetime) -> None:
    note(event, "note_new_probe")


def note(event: Probe, handler: str) -> None:
    """Write the effect, unless a trouble that is planted for this probe strikes here."""
    context = the_open_transaction()
    about = f"{context} {event.probe_id}"
    troubles.wait_while_planted(f"slow {about}")
    if troubles.strikes(f"fails {about}"):
        raise ValueError(f"{handler} was to fail")
    with connections[context].cursor() as cursor:
        cursor.execute(
            "INSERT INTO probe_effect (handler, probe_id, key, number) VALUES (%s, %s, %s, %s)",
            [handler, event.probe_id, event.key, event.number],
        )
    troubles.die_if_planted(f"dies before commit {about}")
    Database(context).on_commit(lambda: troubles.die_if_planted(f"dies after commit {about}"))
