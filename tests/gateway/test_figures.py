"""What Prometheus is told of messages: read from the tables, and so the same whichever process is asked."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from building_blocks.messaging.dispatcher import work_off
from building_blocks.messaging.models import InboxMessage, OutboxMessage
from gateway.figures import READ_BOXES
from telemetry.metrics import exposition
from tests.shop import Shopper, stocked

pytestmark = pytest.mark.usefixtures("real_commits")


def figures(context: str) -> dict[str, float]:
    """Return what is told of a context's messages and database, by name."""
    return {
        sample.name.removeprefix("markethall_") + sample.labels.get("box", ""): sample.value
        for family in text_string_to_metric_families(exposition().decode())
        for sample in family.samples
        if sample.labels.get("context") == context and "name" not in sample.labels
    }


def of_each(context: str, figure: str) -> dict[tuple[str, str], float]:
    """Return what is told of a context's messages by box, and there by type or handler."""
    return {
        (sample.labels["box"], sample.labels["name"]): sample.value
        for family in text_string_to_metric_families(exposition().decode())
        for sample in family.samples
        if sample.name == f"markethall_unfinished_{figure}" and sample.labels["context"] == context
    }


def stored(box: type[OutboxMessage] | type[InboxMessage], *, due: float = -1, **more: object) -> None:
    """Put a message into catalog's box that is five minutes old and due so many seconds from now."""
    now = timezone.now()
    box.objects.using("catalog").create(
        message_id=uuid4(),
        type="catalog.bell_rung.v1",
        source="catalog",
        subject="bell",
        data={},
        occurred_at=now - timedelta(minutes=5),
        available_at=now + timedelta(seconds=due),
        **more,
    )


class TestFigures:
    def test_of_quiet_boxes_are_nothing(self) -> None:
        assert set(figures("basket").items()) == {
            ("database_up", 1),
            ("outbox_pending", 0),
            ("outbox_oldest_seconds", 0),
            ("inbox_pending", 0),
            ("inbox_oldest_due_seconds", 0),
            ("messages_deadoutbox", 0),
            ("messages_deadinbox", 0),
        }

    def test_tell_what_waits_and_for_how_long_and_what_was_given_up(self) -> None:
        stored(OutboxMessage)
        stored(OutboxMessage, due=30, state="sent", attempts=1)
        stored(OutboxMessage, state="done")
        stored(OutboxMessage, state="dead")
        stored(InboxMessage, due=-100, received_at=timezone.now())
        stored(InboxMessage, due=100, received_at=timezone.now(), attempts=3, handler="again, later")
        stored(InboxMessage, received_at=timezone.now(), state="dead")

        found = figures("catalog")

        assert (found["outbox_pending"], found["inbox_pending"]) == (2, 2)
        assert 300 <= found["outbox_oldest_seconds"] < 400
        assert 100 <= found["inbox_oldest_due_seconds"] < 200
        assert (found["messages_deadoutbox"], found["messages_deadinbox"]) == (1, 1)
        assert figures("basket")["outbox_pending"] == 0

    def test_tell_of_which_type_or_for_which_handler(self) -> None:
        stored(OutboxMessage)
        stored(OutboxMessage, state="done")
        stored(InboxMessage, due=-100, received_at=timezone.now(), handler="catalog.listen")
        stored(InboxMessage, received_at=timezone.now(), state="dead", handler="catalog.listen")
        stored(InboxMessage, received_at=timezone.now(), state="dead", handler="catalog.ring")

        assert of_each("catalog", "waiting") == {
            ("outbox", "catalog.bell_rung.v1"): 1,
            ("inbox", "catalog.listen"): 1,
            ("inbox", "catalog.ring"): 0,
        }
        assert of_each("catalog", "dead")["inbox", "catalog.listen"] == 1
        assert 100 <= of_each("catalog", "oldest_seconds")["inbox", "catalog.listen"] < 200
        assert of_each("basket", "waiting") == {}

    def test_of_a_message_that_is_held_back_begin_at_its_time(self) -> None:
        stored(OutboxMessage, due=600)

        assert (figures("catalog")["outbox_pending"], figures("catalog")["outbox_oldest_seconds"]) == (0, 0)

    def test_are_missing_where_a_database_is_away_and_there_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        assert figures("catalog") == {"database_up": 0}
        assert figures("ordering")["database_up"] == 1


def test_the_time_from_sending_to_handled_is_told_by_handler() -> None:
    labels = {"handler": "catalog.reserve_stock_of_order"}
    before = REGISTRY.get_sample_value("markethall_handler_lag_seconds_count", labels) or 0
    stocked("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    shopper.order()
    OutboxMessage.objects.using("ordering").update(occurred_at=timezone.now() - timedelta(seconds=100))

    work_off(settings.CONTEXTS)

    assert REGISTRY.get_sample_value("markethall_handler_lag_seconds_count", labels) == before + 1
    within = REGISTRY.get_sample_value("markethall_handler_lag_seconds_bucket", labels | {"le": "60.0"}) or 0
    assert within <= before, "it took longer than a minute"


def test_what_is_done_is_never_read() -> None:
    """The tables are small here, so Postgres is told to read one whole only where it cannot do without."""
    with psycopg.connect(**connections["catalog"].get_connection_params()) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = "\n".join(line for (line,) in connection.execute(f"EXPLAIN {READ_BOXES}"))

    assert "Seq Scan" not in plan
    for index in ("outbox_under_way", "inbox_waiting", "outbox_dead", "inbox_dead"):
        assert index in plan
