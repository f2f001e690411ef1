"""Periodic work: each period asks for it once, whoever looks at the clock."""

from datetime import datetime, timedelta

import pytest

from contexts.basket.domain.commands import ForgetAbandonedBaskets
from messaging import periodic
from messaging.declare import MessageMisdeclared, command
from messaging.models import OutboxMessage
from messaging.periodic import send_due_commands
from tests.shop import NOW
from tests.threads import concurrently

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "_sent", {})


def hours_sent() -> list[datetime]:
    sent = OutboxMessage.objects.using("basket").filter(type="basket.forget_abandoned_baskets.v1").order_by("id")
    return [datetime.fromisoformat(row.data["due_at"]) for row in sent]


@pytest.mark.django_db(databases="__all__")
class TestThePeriod:
    def test_is_asked_for_when_it_begins_and_not_again_while_it_lasts(self) -> None:
        for minutes in (7, 8, 59, 60, 61):
            send_due_commands({"basket"}, now=NOW + timedelta(minutes=minutes))

        assert hours_sent() == [NOW, NOW + HOUR]

    def test_is_not_asked_for_again_by_a_process_that_starts_within_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send_due_commands({"basket"}, now=NOW)
        monkeypatch.setattr(periodic, "_sent", {})
        send_due_commands({"basket"}, now=NOW + timedelta(minutes=1))

        assert hours_sent() == [NOW]

    def test_is_left_out_where_nobody_was_there(self) -> None:
        send_due_commands({"basket"}, now=NOW)
        send_due_commands({"basket"}, now=NOW + 30 * HOUR)

        assert hours_sent() == [NOW, NOW + 30 * HOUR]


@pytest.mark.usefixtures("real_commits")
def test_many_processes_that_look_at_the_clock_at_once_ask_once() -> None:
    concurrently(*[lambda: periodic._send_once(ForgetAbandonedBaskets(due_at=NOW), "basket", now=NOW)] * 8)

    assert hours_sent() == [NOW]


@pytest.mark.parametrize("every", [timedelta(days=2), HOUR])
def test_a_periodic_command_has_its_time_and_nothing_else(every: timedelta) -> None:
    with pytest.raises(MessageMisdeclared, match="`due_at` alone"):

        @command("basket.dust_the_shelves.v1", key="shelf", every=every)
        class DustTheShelves:
            shelf: int
