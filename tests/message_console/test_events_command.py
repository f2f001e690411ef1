"""`manage.py events`, as an operator uses it in a terminal."""

import getpass
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.utils import timezone

from message_console import interventions, watching
from message_console.models import Intervention
from message_console.queue_sql import READ_QUEUES
from message_console.status import queue_statuses
from messaging.inbox import handle
from messaging.models import InboxMessage
from messaging.relay import relay
from tests.message_console.conftest import Purchase, placed_purchase
from tests.shop import create_variant

HANDLER = "catalog.reserve_stock_of_order"


def output_of(*words: str) -> str:
    """Return the command's output."""
    out = StringIO()
    call_command("events", *words, stdout=out, stderr=out)
    return out.getvalue()


def mark_dead() -> None:
    InboxMessage.objects.using("catalog").update(
        state="dead", attempts=8, last_error="KeyError in reserve (stock.py:3)"
    )


@pytest.mark.usefixtures("real_commits")
class TestStatus:
    """Counts are read on separate connections, so they include only committed rows."""

    def test_shows_each_queue_and_lists_dead_messages(self, purchase: Purchase) -> None:
        mark_dead()

        lines = output_of("status").splitlines()

        assert lines[0].split() == ["waiting", "later", "failing", "dead", "age", "lag", "stored,", "about"]
        rows = {tuple(line.split()[:2]): line.split()[2:] for line in lines[1:9]}
        assert rows["catalog", "inbox"][:6] == ["0", "0", "0", "1", "-", "-"]
        assert rows["ordering", "outbox"][:4] == ["0", "1", "0", "0"], "the deadline of the order is held back"
        assert rows["basket", "outbox"][:6] == ["0", "0", "0", "0", "-", "-"]
        assert "catalog inbox, dead messages:" in lines
        assert f"for {HANDLER}: KeyError in reserve (stock.py:3)" in lines[-1]

    def test_has_the_age_and_the_lag_of_a_waiting_message(self, purchase: Purchase) -> None:
        queue = next(queues.inbox for queues in queue_statuses() if queues.context == "catalog")

        assert queue
        assert (queue.waiting, queue.failing) == (1, 0)
        assert queue.age.total_seconds() > 0
        assert queue.lag.total_seconds() > 0

    def test_names_an_unavailable_database_and_shows_the_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        shown = output_of("status")

        assert shown.count("its database does not answer") == 2
        assert "ordering  outbox" in shown

    def test_reads_no_finished_messages(self) -> None:
        with connections["catalog"].cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN {READ_QUEUES}")
            plan = "\n".join(line for (line,) in cursor.fetchall())

        for index in ("outbox_under_way", "inbox_waiting", "outbox_dead", "inbox_dead"):
            assert index in plan
        assert "Seq Scan on messaging" not in plan


@pytest.mark.django_db(databases="__all__")
class TestStory:
    def test_shows_a_line_for_each_entry(self, purchase: Purchase, drain: Any) -> None:
        drain()

        lines = output_of("story", purchase.number).splitlines()

        assert lines[0].startswith(f"{purchase.order_id}: {len(lines) - 1} entries in ")
        assert "+0.000  ordering  sent      ordering.order_placed.v1" in lines[1]
        assert any("catalog   handled   reserve_stock_of_order  transit " in line for line in lines)

    def test_names_the_possible_arguments_if_nothing_is_found(self) -> None:
        with pytest.raises(CommandError, match="no message was found for MH-NONE: give an order's number or id"):
            output_of("story", "MH-NONE")


@pytest.mark.django_db(databases="__all__")
class TestInterventions:
    def test_replay_one_message(self, purchase: Purchase) -> None:
        mark_dead()

        assert output_of("replay", str(purchase.inbox_row.message_id)) == "1 replayed\n"
        assert purchase.inbox_row.state == "pending"

    def test_discard_all_messages_of_a_handler_and_record_who_and_why(self, purchase: Purchase) -> None:
        mark_dead()

        assert output_of("discard", "--handler", HANDLER, "--reason", "counted twice") == "1 discarded\n"

        logged = Intervention.objects.using("catalog").get()
        assert logged.summary == f"Discarded by {getpass.getuser()}, in a terminal: counted twice"
        assert (logged.message_id, logged.handler) == (purchase.inbox_row.message_id, HANDLER)

    def test_park_all_waiting_messages(self, purchase: Purchase) -> None:
        output_of("park", "--all", "--reason", "the warehouse burns")

        assert purchase.inbox_row.state == "dead"

    @pytest.mark.parametrize("action", ["park", "discard"])
    def test_require_a_reason(self, action: str) -> None:
        with pytest.raises(CommandError, match="--reason"):
            output_of(action, "--all")

    def test_require_a_selection(self) -> None:
        with pytest.raises(CommandError, match="name the MESSAGE_IDs to replay, or a --handler, or use --all"):
            output_of("replay")

    def test_continue_if_a_database_is_unavailable(self, purchase: Purchase, monkeypatch: pytest.MonkeyPatch) -> None:
        mark_dead()
        intervene = interventions.replay

        def away(context: str, *args: Any, **more: Any) -> Any:
            if context == "basket":
                raise OperationalError
            return intervene(context, *args, **more)

        monkeypatch.setattr(interventions, "replay", away)

        assert output_of("replay", "--all").splitlines()[-1] == "1 replayed"


@pytest.mark.django_db(databases="__all__")
class TestFollowing:
    def test_shows_new_entries_only_and_ends_quietly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        create_variant("MUG", on_hand=5)
        placed_purchase()
        happening = iter([lambda: relay("ordering", now=timezone.now()), self.fail, self.handle])

        def wait(seconds: float) -> None:
            try:
                next(happening)()
            except StopIteration:
                raise KeyboardInterrupt from None

        monkeypatch.setattr(time, "sleep", wait)
        words = [line.split()[2:5] for line in output_of("follow").splitlines()]

        inbox_row = [what for _, what, name in words if name.startswith("reserve_stock")]
        assert inbox_row == ["waiting", "failing", "handled"]
        assert ["catalog", "sent", "catalog.stock_reserved.v1"] in words
        assert ["ordering", "sent", "ordering.order_placed.v1"] not in words

    def fail(self) -> None:
        mark_dead()
        InboxMessage.objects.using("catalog").update(state="pending", attempts=1)

    def handle(self) -> None:
        handle("catalog", now=timezone.now())

    def test_reports_an_unavailable_database_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        watches = watching.watches()

        def away() -> None:
            raise OperationalError

        for watch in watches:
            if watch.context == "catalog":
                monkeypatch.setattr(watch, "poll", away)

        assert watching.poll(watches) == ([], ["catalog"])
