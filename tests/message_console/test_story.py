"""The story of a purchase: all messages about it, in every context, and no others."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from message_console.interventions import discard, park
from message_console.story import Story, story_of
from messaging.models import InboxMessage, OutboxMessage
from messaging.relay import relay
from observability.tracing import span
from tests.message_console.conftest import Purchase, placed_purchase

pytestmark = pytest.mark.django_db(databases="__all__")


def events_of(story: Story) -> list[tuple[str, str, str]]:
    return [(entry.context, entry.what, entry.name) for entry in story.entries]


class TestAStory:
    def test_of_a_purchase_spans_all_contexts_in_the_order_of_time(self, purchase: Purchase, drain: Any) -> None:
        placed_purchase()
        drain()

        story = story_of(purchase.order_id)

        assert story.about == [purchase.order_id]
        assert events_of(story)[0] == ("ordering", "sent", "ordering.order_placed.v1")
        expected = [
            ("ordering", "sent", "catalog.reserve_stock.v1"),
            ("catalog", "handled", "reserve_stock_of_order"),
            ("catalog", "sent", "catalog.stock_reserved.v1"),
            ("ordering", "sent", "ordering.order_confirmed.v1"),
        ]
        assert [action for action in events_of(story) if action in expected] == expected
        assert [entry.at for entry in story.entries] == sorted(entry.at for entry in story.entries)
        assert not story.is_truncated

    @pytest.mark.parametrize("by", ["number", "number without dashes", "message sent", "message received"])
    def test_is_found_by_number_or_message_id(self, purchase: Purchase, by: str) -> None:
        known = {
            "number": f" {purchase.number.lower()} ",
            "number without dashes": purchase.number.lower().replace("-", ""),
            "message sent": str(purchase.outbox_row.message_id),
            "message received": str(purchase.inbox_row.message_id),
        }

        assert events_of(story_of(known[by])) == events_of(story_of(purchase.order_id)) != []

    def test_shows_what_is_left_if_the_sender_has_deleted_the_message(self, purchase: Purchase) -> None:
        message_id = str(purchase.outbox_row.message_id)
        InboxMessage.objects.using("catalog").update(state="dead", last_error="KeyError in reserve (stock.py:3)")
        OutboxMessage.objects.using("ordering").all().delete()

        for known in (message_id, purchase.order_id):
            assert [entry.what for entry in story_of(known).entries] == ["dead"]

    def test_of_an_unknown_subject_is_empty(self) -> None:
        assert story_of(str(uuid4())).entries == story_of("no such number").entries == []

    def test_shows_who_parked_a_message_and_why(self, purchase: Purchase) -> None:
        rows = InboxMessage.objects.using("catalog").all()
        for action in (park, discard):
            action("catalog", rows, who="kim", why="counted twice", now=timezone.now())

        story = story_of(purchase.order_id)

        assert {"parked", "discarded"} <= {entry.what for entry in story.entries}
        assert "Parked by kim: counted twice" in [entry.detail for entry in story.entries]

    def test_includes_other_messages_of_its_trace_but_not_those_of_a_like_subject(self, purchase: Purchase) -> None:
        with span("ship") as traceparent:
            other = placed_purchase()
        OutboxMessage.objects.using("ordering").filter(subject=purchase.order_id).update(traceparent=traceparent)
        aside = self.stored("catalog", type="catalog.shelf_emptied.v1", traceparent=traceparent)

        ids = {entry.message_id for entry in story_of(purchase.order_id).entries}

        assert aside.message_id in ids
        assert other.outbox_row.message_id not in ids

    def test_shows_transit_time_tries_and_error(self, purchase: Purchase) -> None:
        sent = purchase.inbox_row.occurred_at
        InboxMessage.objects.using("catalog").update(
            received_at=sent + timedelta(seconds=2), attempts=3, last_error="KeyError in reserve (stock.py:3)"
        )

        failing = next(entry for entry in story_of(purchase.order_id).entries if entry.what == "failing")

        assert failing.transit == timedelta(seconds=2)
        assert failing.detail.startswith("3 tries, the next at ")
        assert failing.detail.endswith(": KeyError in reserve (stock.py:3)")

    def test_names_the_context_whose_part_is_missing(self, purchase: Purchase, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        story = story_of(purchase.order_id)

        assert story.unavailable == ["catalog"]
        assert {entry.context for entry in story.entries} == {"ordering"}

    def stored(self, context: str, **more: Any) -> OutboxMessage:
        now = timezone.now()
        message = {"message_id": uuid4(), "source": context, "subject": "shelf-1", "data": {}}
        return OutboxMessage.objects.using(context).create(occurred_at=now, available_at=now, **message, **more)


def test_no_table_is_read_in_full(purchase: Purchase) -> None:
    """The tables are small here, so sequential scans are disabled: Postgres uses one only if there is no index."""
    relay("ordering", now=timezone.now())
    plans: list[str] = []
    for context in ("ordering", "catalog"):
        with CaptureQueriesContext(connections[context]) as queries:
            story_of(purchase.order_id)
        with psycopg.connect(**connections[context].get_connection_params()) as connection:
            connection.execute("SET enable_seqscan = off")
            for query in queries.captured_queries:
                if "messaging_" in query["sql"]:
                    plans += [line for (line,) in connection.execute(f"EXPLAIN {query['sql']}")]

    plan = "\n".join(plans)
    assert "Seq Scan" not in plan
    assert "outbox_subject" in plan
    assert "outbox_trace" in plan
