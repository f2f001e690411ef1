"""`manage.py events`, as somebody in a terminal uses it."""

import getpass
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.utils import timezone

from building_blocks.messaging.inbox import handle
from building_blocks.messaging.models import InboxMessage
from building_blocks.messaging.relay import relay
from message_desk import following, mending
from message_desk.figures import READ_BOXES, figures
from message_desk.models import Mending
from tests.message_desk.conftest import Purchase, bought
from tests.shop import stocked

HANDLER = "catalog.reserve_stock_of_order"


def said(*words: str) -> str:
    """Return what the command writes."""
    out = StringIO()
    call_command("events", *words, stdout=out, stderr=out)
    return out.getvalue()


def given_up() -> None:
    InboxMessage.objects.using("catalog").update(
        state="dead", attempts=8, last_error="KeyError in reserve (stock.py:3)"
    )


@pytest.mark.usefixtures("real_commits")
class TestStatus:
    """Figures are read on connections of their own, as Prometheus's are, so they see what is committed."""

    def test_shows_each_box_and_names_what_was_given_up(self, purchase: Purchase) -> None:
        given_up()

        lines = said("status").splitlines()

        assert lines[0].split() == ["under", "way", "later", "failing", "dead", "oldest", "lag", "kept,", "about"]
        rows = {tuple(line.split()[:2]): line.split()[2:] for line in lines[1:9]}
        assert rows["catalog", "inbox"][:6] == ["0", "0", "0", "1", "-", "-"]
        assert rows["ordering", "outbox"][:4] == ["0", "1", "0", "0"], "the deadline of the order is for later"
        assert rows["basket", "outbox"][:6] == ["0", "0", "0", "0", "-", "-"]
        assert "catalog inbox, given up:" in lines
        assert f"for {HANDLER}: KeyError in reserve (stock.py:3)" in lines[-1]

    def test_tells_how_long_a_message_has_waited(self, purchase: Purchase) -> None:
        box = next(boxes.inbox for boxes in figures() if boxes.context == "catalog")

        assert box
        assert (box.under_way, box.failing) == (1, 0)
        assert box.oldest.total_seconds() > 0
        assert box.lag.total_seconds() > 0

    def test_says_which_database_is_away_and_shows_the_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        shown = said("status")

        assert shown.count("its database does not answer") == 2
        assert "ordering  outbox" in shown

    def test_reads_nothing_that_is_finished(self) -> None:
        with connections["catalog"].cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN {READ_BOXES}")
            plan = "\n".join(line for (line,) in cursor.fetchall())

        for index in ("outbox_under_way", "inbox_waiting", "outbox_dead", "inbox_dead"):
            assert index in plan
        assert "Seq Scan on messaging" not in plan


@pytest.mark.django_db(databases="__all__")
class TestStory:
    def test_shows_a_line_for_each_moment(self, purchase: Purchase, drain: Any) -> None:
        drain()

        lines = said("story", purchase.number).splitlines()

        assert lines[0].startswith(f"{purchase.order_id}: {len(lines) - 1} moments in ")
        assert "+0.000  ordering  sent      ordering.order_placed.v1" in lines[1]
        assert any("catalog   handled   reserve_stock_of_order  on its way " in line for line in lines)

    def test_says_what_to_ask_for_where_nothing_is_known(self) -> None:
        with pytest.raises(CommandError, match="no message is known about MH-NONE: give an order's number or id"):
            said("story", "MH-NONE")


@pytest.mark.django_db(databases="__all__")
class TestMending:
    def test_gives_one_message_another_try(self, purchase: Purchase) -> None:
        given_up()

        assert said("replay", str(purchase.reserving.message_id)) == "1 will be tried again\n"
        assert purchase.reserving.state == "pending"

    def test_discards_all_of_a_handler_and_says_who_did_and_why(self, purchase: Purchase) -> None:
        given_up()

        assert said("discard", "--handler", HANDLER, "--reason", "counted twice") == "1 discarded\n"

        written = Mending.objects.using("catalog").get()
        assert written.in_words == f"Discarded by {getpass.getuser()}, in a terminal: counted twice"
        assert (written.message_id, written.handler) == (purchase.reserving.message_id, HANDLER)

    def test_parks_all_that_is_under_way(self, purchase: Purchase) -> None:
        said("park", "--all", "--reason", "the warehouse burns")

        assert purchase.reserving.state == "dead"

    @pytest.mark.parametrize("action", ["park", "discard"])
    def test_demands_a_reason(self, action: str) -> None:
        with pytest.raises(CommandError, match="--reason"):
            said(action, "--all")

    def test_demands_to_know_which(self) -> None:
        with pytest.raises(CommandError, match="name the MESSAGE_IDs to replay, or a --handler, or say --all"):
            said("replay")

    def test_goes_on_where_one_database_is_away(self, purchase: Purchase, monkeypatch: pytest.MonkeyPatch) -> None:
        given_up()
        mend = mending.replay

        def away(context: str, *args: Any, **more: Any) -> Any:
            if context == "basket":
                raise OperationalError
            return mend(context, *args, **more)

        monkeypatch.setattr(mending, "replay", away)

        assert said("replay", "--all").splitlines()[-1] == "1 will be tried again"


@pytest.mark.django_db(databases="__all__")
class TestFollowing:
    def test_tells_what_happens_and_nothing_of_before_and_ends_quietly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stocked("MUG", on_hand=5)
        bought()
        happening = iter([lambda: relay("ordering", now=timezone.now()), self.fail, self.handle])

        def wait(seconds: float) -> None:
            try:
                next(happening)()
            except StopIteration:
                raise KeyboardInterrupt from None

        monkeypatch.setattr(time, "sleep", wait)
        words = [line.split()[2:5] for line in said("follow").splitlines()]

        reserving = [what for _, what, name in words if name.startswith("reserve_stock")]
        assert reserving == ["waiting", "failing", "handled"]
        assert ["catalog", "sent", "catalog.stock_reserved.v1"] in words
        assert ["ordering", "sent", "ordering.order_placed.v1"] not in words

    def fail(self) -> None:
        given_up()
        InboxMessage.objects.using("catalog").update(state="pending", attempts=1)

    def handle(self) -> None:
        handle("catalog", now=timezone.now())

    def test_says_once_which_database_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        watches = following.watches()

        def away() -> None:
            raise OperationalError

        for watch in watches:
            if watch.context == "catalog":
                monkeypatch.setattr(watch, "look", away)

        assert following.look(watches) == ([], ["catalog"])
