"""Messages that somebody mends by hand: what becomes of them, and what is written down of it."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from building_blocks.messaging.inbox import handle
from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.relay import confirm, relay
from contexts.catalog.models import Stock
from message_desk.mending import ReasonMissing, ReasonUnusable, discard, park, replay
from message_desk.models import Mending
from tests.message_desk.conftest import Purchase

pytestmark = pytest.mark.django_db(databases="__all__")

WHO, WHY = "kim@example.com", "the shelf is being counted"


def inbox() -> Any:
    return InboxMessage.objects.using("catalog")


def by_kim() -> dict[str, Any]:
    return {"who": WHO, "now": timezone.now()}


class TestParking:
    def test_stops_a_message_from_being_tried(self, purchase: Purchase) -> None:
        parked = park("catalog", inbox().all(), why=WHY, **by_kim())

        assert [row.message_id for row in parked] == [purchase.reserving.message_id]
        assert not handle("catalog", now=timezone.now())
        assert purchase.reserving.state == "dead"
        assert Stock.objects.get().reserved == 0

    def test_leaves_alone_what_is_handled(self, purchase: Purchase) -> None:
        handle("catalog", now=timezone.now())

        assert park("catalog", inbox().all(), why=WHY, **by_kim()) == []
        assert purchase.reserving.state == "handled"

    def test_tells_of_what_it_failed_before(self, purchase: Purchase) -> None:
        inbox().update(last_error="KeyError in reserve (stock.py:3)", attempts=2)

        park("catalog", inbox().all(), why=WHY, **by_kim())

        assert purchase.reserving.last_error == "KeyError in reserve (stock.py:3)"

    def test_of_a_message_on_its_way_outlasts_a_late_receipt(self, purchase: Purchase, settings: Any) -> None:
        settings.SUBSCRIPTIONS = {purchase.asking.type: {"catalog": {}, "lighthouse": {}, "attic": {}}}
        OutboxMessage.objects.using("ordering").update(state="pending", confirmed_by=[], available_at=timezone.now())
        relay("ordering", now=timezone.now())
        assert purchase.asking.state == "sent"
        rows = OutboxMessage.objects.using("ordering").filter(pk=purchase.asking.pk)

        park("ordering", rows, why=WHY, **by_kim())
        confirm("ordering", "attic", [purchase.asking.message_id], now=timezone.now())

        assert purchase.asking.state == "dead"
        assert sorted(purchase.asking.confirmed_by) == ["attic", "catalog"], "it is not sent there again"


class TestDiscarding:
    def test_is_for_what_was_given_up_alone(self, purchase: Purchase) -> None:
        assert discard("catalog", inbox().all(), why=WHY, **by_kim()) == []

        inbox().update(state="dead")
        assert len(discard("catalog", inbox().all(), why=WHY, **by_kim())) == 1

        assert purchase.reserving.state == "discarded"
        assert replay("catalog", inbox().all(), **by_kim()) == [], "it is gone for good"

    def test_outlasts_a_late_receipt(self, purchase: Purchase) -> None:
        rows = OutboxMessage.objects.using("ordering").filter(pk=purchase.asking.pk)
        rows.update(state="discarded", confirmed_by=[])

        confirm("ordering", "catalog", [purchase.asking.message_id], now=timezone.now())

        assert purchase.asking.state == "discarded"


class TestEachStep:
    def test_is_written_down_with_who_and_why(self, purchase: Purchase) -> None:
        park("catalog", inbox().all(), why=f" {WHY} ", **by_kim())
        replay("catalog", inbox().all(), **by_kim())

        written = Mending.objects.using("catalog").order_by("pk")
        assert [row.in_words for row in written] == [f"Parked by {WHO}: {WHY}", f"Replayed by {WHO}"]
        assert {row.message_id for row in written} == {purchase.reserving.message_id}

    @pytest.mark.parametrize("step", [park, discard])
    def test_that_takes_something_away_needs_a_reason(self, purchase: Purchase, step: Any) -> None:
        with pytest.raises(ReasonMissing):
            step("catalog", inbox().all(), why="  ", **by_kim())

        assert purchase.reserving.state == "pending"

    def test_is_refused_by_the_database_without_a_reason(self) -> None:
        with pytest.raises(IntegrityError, match="mending_has_a_reason"):
            Mending.objects.using("catalog").create(
                at=timezone.now(), who=WHO, what="discarded", message_id=uuid4(), subject="x"
            )


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("a" * 501, "A reason has at most 500 characters."),
        ("late\x00", "Take out the control character U+0000."),
        ("late\u202e", "Take out the invisible character U+202E"),
    ],
)
@pytest.mark.parametrize("step", [replay, park, discard])
def test_a_reason_can_be_read(step: Any, why: str, said: str) -> None:
    rows = OutboxMessage.objects.using("ordering").all()

    with pytest.raises(ReasonUnusable, match=re.escape(said)):
        step("ordering", rows, who="Kim", why=why, now=timezone.now())
