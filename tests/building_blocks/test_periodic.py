"""Periodic work: each period asks for it once, whoever looks at the clock."""

from datetime import datetime, timedelta

import pytest

from building_blocks.messaging import periodic
from building_blocks.messaging.declare import MessageMisdeclared, command
from building_blocks.messaging.models import OutboxMessage
from building_blocks.messaging.periodic import send_what_is_due
from contexts.basket.domain.steps import ForgetAbandonedBaskets
from tests.shop import NOW
from tests.threads import at_once

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _a_process_that_has_just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "_sent", {})


def hours_asked_for() -> list[datetime]:
    sent = OutboxMessage.objects.using("basket").filter(type="basket.forget_abandoned_baskets.v1").order_by("id")
    return [datetime.fromisoformat(row.data["due_at"]) for row in sent]


@pytest.mark.django_db(databases="__all__")
class TestThePeriod:
    def test_is_asked_for_when_it_begins_and_not_again_while_it_lasts(self) -> None:
        for minutes in (7, 8, 59, 60, 61):
            send_what_is_due({"basket"}, now=NOW + timedelta(minutes=minutes))

        assert hours_asked_for() == [NOW, NOW + HOUR]

    def test_is_not_asked_for_again_by_a_process_that_starts_within_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send_what_is_due({"basket"}, now=NOW)
        monkeypatch.setattr(periodic, "_sent", {})
        send_what_is_due({"basket"}, now=NOW + timedelta(minutes=1))

        assert hours_asked_for() == [NOW]

    def test_is_left_out_where_nobody_was_there(self) -> None:
        send_what_is_due({"basket"}, now=NOW)
        send_what_is_due({"basket"}, now=NOW + 30 * HOUR)

        assert hours_asked_for() == [NOW, NOW + 30 * HOUR]


@pytest.mark.usefixtures("real_commits")
def test_many_processes_that_look_at_the_clock_at_once_ask_once() -> None:
    at_once(*[lambda: periodic._send_once(ForgetAbandonedBaskets(due_at=NOW), "basket", now=NOW)] * 8)

    assert hours_asked_for() == [NOW]


@pytest.mark.parametrize("every", [timedelta(days=2), HOUR])
def test_a_periodic_command_has_its_time_and_nothing_else(every: timedelta) -> None:
    with pytest.raises(MessageMisdeclared, match="`due_at` alone"):

        @command("basket.dust_the_shelves.v1", key="shelf", every=every)
        class DustTheShelves:
            shelf: int
