"""Interventions: what each changes, and what is recorded about it."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from contexts.catalog.models import Stock
from message_console.interventions import ReasonMissing, ReasonUnusable, discard, park, replay
from message_console.models import Intervention
from messaging.inbox import handle
from messaging.models import InboxMessage, OutboxMessage
from messaging.relay import acknowledge, relay
from tests.message_console.conftest import Purchase

pytestmark = pytest.mark.django_db(databases="__all__")

WHO, WHY = "kim@example.com", "the shelf is being counted"


def inbox() -> Any:
    return InboxMessage.objects.using("catalog")


def by_kim() -> dict[str, Any]:
    return {"who": WHO, "now": timezone.now()}


class TestParking:
    def test_makes_a_message_dead_and_not_tried_again(self, purchase: Purchase) -> None:
        parked = park("catalog", inbox().all(), why=WHY, **by_kim())

        assert [row.message_id for row in parked] == [purchase.inbox_row.message_id]
        assert not handle("catalog", now=timezone.now())
        assert purchase.inbox_row.state == "dead"
        assert Stock.objects.get().reserved == 0

    def test_leaves_handled_messages_alone(self, purchase: Purchase) -> None:
        handle("catalog", now=timezone.now())

        assert park("catalog", inbox().all(), why=WHY, **by_kim()) == []
        assert purchase.inbox_row.state == "handled"

    def test_keeps_an_earlier_error(self, purchase: Purchase) -> None:
        inbox().update(last_error="KeyError in reserve (stock.py:3)", attempts=2)

        park("catalog", inbox().all(), why=WHY, **by_kim())

        assert purchase.inbox_row.last_error == "KeyError in reserve (stock.py:3)"

    def test_of_a_sent_message_outlasts_a_late_acknowledgement(self, purchase: Purchase, settings: Any) -> None:
        settings.SUBSCRIPTIONS = {purchase.outbox_row.type: {"catalog": {}, "lighthouse": {}, "attic": {}}}
        OutboxMessage.objects.using("ordering").update(state="pending", acknowledged_by=[], available_at=timezone.now())
        relay("ordering", now=timezone.now())
        assert purchase.outbox_row.state == "sent"
        rows = OutboxMessage.objects.using("ordering").filter(pk=purchase.outbox_row.pk)

        park("ordering", rows, why=WHY, **by_kim())
        acknowledge("ordering", "attic", [purchase.outbox_row.message_id], now=timezone.now())

        assert purchase.outbox_row.state == "dead"
        assert sorted(purchase.outbox_row.acknowledged_by) == ["attic", "catalog"], "it is not sent there again"


class TestDiscarding:
    def test_is_possible_only_for_dead_messages(self, purchase: Purchase) -> None:
        assert discard("catalog", inbox().all(), why=WHY, **by_kim()) == []

        inbox().update(state="dead")
        assert len(discard("catalog", inbox().all(), why=WHY, **by_kim())) == 1

        assert purchase.inbox_row.state == "discarded"
        assert replay("catalog", inbox().all(), **by_kim()) == [], "it is discarded for good"

    def test_outlasts_a_late_acknowledgement(self, purchase: Purchase) -> None:
        rows = OutboxMessage.objects.using("ordering").filter(pk=purchase.outbox_row.pk)
        rows.update(state="discarded", acknowledged_by=[])

        acknowledge("ordering", "catalog", [purchase.outbox_row.message_id], now=timezone.now())

        assert purchase.outbox_row.state == "discarded"


class TestEachAction:
    def test_is_recorded_with_operator_and_reason(self, purchase: Purchase) -> None:
        park("catalog", inbox().all(), why=f" {WHY} ", **by_kim())
        replay("catalog", inbox().all(), **by_kim())

        logged = Intervention.objects.using("catalog").order_by("pk")
        assert [row.summary for row in logged] == [f"Parked by {WHO}: {WHY}", f"Replayed by {WHO}"]
        assert {row.message_id for row in logged} == {purchase.inbox_row.message_id}

    @pytest.mark.parametrize("intervene", [park, discard])
    def test_that_stops_a_message_needs_a_reason(self, purchase: Purchase, intervene: Any) -> None:
        with pytest.raises(ReasonMissing):
            intervene("catalog", inbox().all(), why="  ", **by_kim())

        assert purchase.inbox_row.state == "pending"

    def test_is_refused_by_the_database_without_a_reason(self) -> None:
        with pytest.raises(IntegrityError, match="intervention_has_reason"):
            Intervention.objects.using("catalog").create(
                at=timezone.now(), who=WHO, what="discarded", message_id=uuid4(), subject="x"
            )


@pytest.mark.parametrize(
    ("why", "error"),
    [
        ("a" * 501, "A reason has at most 500 characters."),
        ("late\x00", "Take out the control character U+0000."),
        ("late\u202e", "Take out the invisible character U+202E"),
    ],
)
@pytest.mark.parametrize("intervene", [replay, park, discard])
def test_a_reason_is_short_and_readable(intervene: Any, why: str, error: str) -> None:
    rows = OutboxMessage.objects.using("ordering").all()

    with pytest.raises(ReasonUnusable, match=re.escape(error)):
        intervene("ordering", rows, who="Kim", why=why, now=timezone.now())
