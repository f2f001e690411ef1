"""Metrics of messages: they are read from the tables, so every process returns the same."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from message_console.queue_sql import READ_QUEUES
from messaging.dispatcher import run_until_idle
from messaging.models import InboxMessage, OutboxMessage
from observability.metrics import exposition
from tests.shop import Shopper, create_variant

pytestmark = pytest.mark.usefixtures("real_commits")


def queue_metrics(context: str) -> dict[str, float]:
    """Return the metrics of a context's queues and database, by name."""
    return {
        sample.name.removeprefix("markethall_") + sample.labels.get("queue", ""): sample.value
        for family in text_string_to_metric_families(exposition().decode())
        for sample in family.samples
        if sample.labels.get("context") == context and "name" not in sample.labels
    }


def metrics_by_name(context: str, metric: str) -> dict[tuple[str, str], float]:
    """Return a metric of a context's messages, by queue and type or handler."""
    return {
        (sample.labels["queue"], sample.labels["name"]): sample.value
        for family in text_string_to_metric_families(exposition().decode())
        for sample in family.samples
        if sample.name == f"markethall_unfinished_{metric}" and sample.labels["context"] == context
    }


def store_message(queue: type[OutboxMessage] | type[InboxMessage], *, due: float = -1, **more: object) -> None:
    """Store a message in one of catalog's queues; it is five minutes old and due in so many seconds."""
    now = timezone.now()
    queue.objects.using("catalog").create(
        message_id=uuid4(),
        type="catalog.bell_rung.v1",
        source="catalog",
        subject="bell",
        data={},
        occurred_at=now - timedelta(minutes=5),
        available_at=now + timedelta(seconds=due),
        **more,
    )


class TestQueueMetrics:
    def test_of_empty_queues_are_zero(self) -> None:
        assert set(queue_metrics("basket").items()) == {
            ("database_up", 1),
            ("outbox_pending", 0),
            ("outbox_oldest_seconds", 0),
            ("inbox_pending", 0),
            ("inbox_oldest_due_seconds", 0),
            ("messages_deadoutbox", 0),
            ("messages_deadinbox", 0),
        }

    def test_count_pending_and_dead_messages_and_measure_their_age(self) -> None:
        store_message(OutboxMessage)
        store_message(OutboxMessage, due=30, state="sent", attempts=1)
        store_message(OutboxMessage, state="done")
        store_message(OutboxMessage, state="dead")
        store_message(InboxMessage, due=-100, received_at=timezone.now())
        store_message(InboxMessage, due=100, received_at=timezone.now(), attempts=3, handler="again, later")
        store_message(InboxMessage, received_at=timezone.now(), state="dead")

        metrics = queue_metrics("catalog")

        assert (metrics["outbox_pending"], metrics["inbox_pending"]) == (2, 2)
        assert 300 <= metrics["outbox_oldest_seconds"] < 400
        assert 100 <= metrics["inbox_oldest_due_seconds"] < 200
        assert (metrics["messages_deadoutbox"], metrics["messages_deadinbox"]) == (1, 1)
        assert queue_metrics("basket")["outbox_pending"] == 0

    def test_are_broken_down_by_type_and_handler(self) -> None:
        store_message(OutboxMessage)
        store_message(OutboxMessage, state="done")
        store_message(InboxMessage, due=-100, received_at=timezone.now(), handler="catalog.listen")
        store_message(InboxMessage, received_at=timezone.now(), state="dead", handler="catalog.listen")
        store_message(InboxMessage, received_at=timezone.now(), state="dead", handler="catalog.ring")

        assert metrics_by_name("catalog", "waiting") == {
            ("outbox", "catalog.bell_rung.v1"): 1,
            ("inbox", "catalog.listen"): 1,
            ("inbox", "catalog.ring"): 0,
        }
        assert metrics_by_name("catalog", "dead")["inbox", "catalog.listen"] == 1
        assert 100 <= metrics_by_name("catalog", "oldest_seconds")["inbox", "catalog.listen"] < 200
        assert metrics_by_name("basket", "waiting") == {}

    def test_ignore_a_delayed_message_until_it_is_due(self) -> None:
        store_message(OutboxMessage, due=600)

        assert (queue_metrics("catalog")["outbox_pending"], queue_metrics("catalog")["outbox_oldest_seconds"]) == (0, 0)

    def test_are_missing_only_for_an_unreachable_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        assert queue_metrics("catalog") == {"database_up": 0}
        assert queue_metrics("ordering")["database_up"] == 1


def test_the_time_from_sending_to_handling_is_measured_by_handler() -> None:
    labels = {"handler": "catalog.reserve_stock_of_order"}
    before = REGISTRY.get_sample_value("markethall_handler_lag_seconds_count", labels) or 0
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    shopper.order()
    OutboxMessage.objects.using("ordering").update(occurred_at=timezone.now() - timedelta(seconds=100))

    run_until_idle(settings.CONTEXTS)

    assert REGISTRY.get_sample_value("markethall_handler_lag_seconds_count", labels) == before + 1
    within = REGISTRY.get_sample_value("markethall_handler_lag_seconds_bucket", labels | {"le": "60.0"}) or 0
    assert within <= before, "it took longer than a minute"


def test_messages_that_are_done_are_never_read() -> None:
    """The tables are small here, so Postgres is told to use a sequential scan only if nothing else is possible."""
    with psycopg.connect(**connections["catalog"].get_connection_params()) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = "\n".join(line for (line,) in connection.execute(f"EXPLAIN {READ_QUEUES}"))

    assert "Seq Scan" not in plan
    for index in ("outbox_under_way", "inbox_waiting", "outbox_dead", "inbox_dead"):
        assert index in plan
