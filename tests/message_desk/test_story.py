"""The story of a purchase: every message about it, found in every context, and nothing of others."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.relay import relay
from message_desk.mending import discard, park
from message_desk.story import Story, story_of
from telemetry.tracing import span
from tests.message_desk.conftest import Purchase, bought

pytestmark = pytest.mark.django_db(databases="__all__")


def told(story: Story) -> list[tuple[str, str, str]]:
    return [(moment.context, moment.what, moment.name) for moment in story.moments]


class TestAStory:
    def test_of_a_purchase_goes_through_all_contexts_by_time(self, purchase: Purchase, drain: Any) -> None:
        bought()
        drain()

        story = story_of(purchase.order_id)

        assert story.about == [purchase.order_id]
        assert told(story)[0] == ("ordering", "sent", "ordering.order_placed.v1")
        steps = [
            ("ordering", "sent", "catalog.reserve_stock.v1"),
            ("catalog", "handled", "reserve_stock_of_order"),
            ("catalog", "sent", "catalog.stock_reserved.v1"),
            ("ordering", "sent", "ordering.order_confirmed.v1"),
        ]
        assert [step for step in told(story) if step in steps] == steps
        assert [moment.at for moment in story.moments] == sorted(moment.at for moment in story.moments)
        assert not story.is_cut

    @pytest.mark.parametrize("by", ["number", "number without dashes", "message on its way", "message received"])
    def test_is_found_by_whatever_leads_to_it(self, purchase: Purchase, by: str) -> None:
        known = {
            "number": f" {purchase.number.lower()} ",
            "number without dashes": purchase.number.lower().replace("-", ""),
            "message on its way": str(purchase.asking.message_id),
            "message received": str(purchase.reserving.message_id),
        }

        assert told(story_of(known[by])) == told(story_of(purchase.order_id)) != []

    def test_is_told_of_what_is_left_where_the_sender_has_forgotten_it(self, purchase: Purchase) -> None:
        message_id = str(purchase.asking.message_id)
        InboxMessage.objects.using("catalog").update(state="dead", last_error="KeyError in reserve (stock.py:3)")
        OutboxMessage.objects.using("ordering").all().delete()

        for known in (message_id, purchase.order_id):
            assert [moment.what for moment in story_of(known).moments] == ["dead"]

    def test_of_nothing_is_empty(self) -> None:
        assert story_of(str(uuid4())).moments == story_of("no such number").moments == []

    def test_says_who_gave_a_message_up_and_why(self, purchase: Purchase) -> None:
        rows = InboxMessage.objects.using("catalog").all()
        for step in (park, discard):
            step("catalog", rows, who="kim", why="counted twice", now=timezone.now())

        story = story_of(purchase.order_id)

        assert {"parked", "discarded"} <= {moment.what for moment in story.moments}
        assert "Parked by kim: counted twice" in [moment.note for moment in story.moments]

    def test_takes_in_what_was_caused_along_with_it_but_not_the_story_of_a_like_thing(self, purchase: Purchase) -> None:
        with span("ship") as traceparent:
            other = bought()
        OutboxMessage.objects.using("ordering").filter(subject=purchase.order_id).update(traceparent=traceparent)
        aside = self.stored("catalog", type="catalog.shelf_emptied.v1", traceparent=traceparent)

        ids = {moment.message_id for moment in story_of(purchase.order_id).moments}

        assert aside.message_id in ids
        assert other.asking.message_id not in ids

    def test_tells_how_long_it_took_and_of_what_it_failed(self, purchase: Purchase) -> None:
        sent = purchase.reserving.occurred_at
        InboxMessage.objects.using("catalog").update(
            received_at=sent + timedelta(seconds=2), attempts=3, last_error="KeyError in reserve (stock.py:3)"
        )

        failing = next(moment for moment in story_of(purchase.order_id).moments if moment.what == "failing")

        assert failing.way == timedelta(seconds=2)
        assert failing.note.startswith("3 tries, the next at ")
        assert failing.note.endswith(": KeyError in reserve (stock.py:3)")

    def test_says_whose_part_is_missing(self, purchase: Purchase, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        story = story_of(purchase.order_id)

        assert story.away == ["catalog"]
        assert {moment.context for moment in story.moments} == {"ordering"}

    def stored(self, context: str, **more: Any) -> OutboxMessage:
        now = timezone.now()
        message = {"message_id": uuid4(), "source": context, "subject": "shelf-1", "data": {}}
        return OutboxMessage.objects.using(context).create(occurred_at=now, available_at=now, **message, **more)


def test_no_table_is_read_whole(purchase: Purchase) -> None:
    """The tables are small here, so Postgres is told to read one whole only where it cannot do without."""
    relay("ordering", now=timezone.now())
    plans: list[str] = []
    for context in ("ordering", "catalog"):
        with CaptureQueriesContext(connections[context]) as asked:
            story_of(purchase.order_id)
        with psycopg.connect(**connections[context].get_connection_params()) as connection:
            connection.execute("SET enable_seqscan = off")
            for query in asked.captured_queries:
                if "messaging_" in query["sql"]:
                    plans += [line for (line,) in connection.execute(f"EXPLAIN {query['sql']}")]

    plan = "\n".join(plans)
    assert "Seq Scan" not in plan
    assert "outbox_subject" in plan
    assert "outbox_trace" in plan
