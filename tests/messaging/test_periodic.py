"""Periodic commands: one for each period, from any number of processes."""

from datetime import datetime, timedelta

import pytest

from contexts.basket.domain.commands import DeleteAbandonedBaskets
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
    sent = OutboxMessage.objects.using("basket").filter(type="basket.delete_abandoned_baskets.v1").order_by("id")
    return [datetime.fromisoformat(row.data["due_at"]) for row in sent]


@pytest.mark.django_db(databases="__all__")
class TestThePeriod:
    def test_has_its_command_sent_once_at_its_beginning(self) -> None:
        for minutes in (7, 8, 59, 60, 61):
            send_due_commands({"basket"}, now=NOW + timedelta(minutes=minutes))

        assert hours_sent() == [NOW, NOW + HOUR]

    def test_has_no_second_command_from_a_process_that_starts_within_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send_due_commands({"basket"}, now=NOW)
        monkeypatch.setattr(periodic, "_sent", {})
        send_due_commands({"basket"}, now=NOW + timedelta(minutes=1))

        assert hours_sent() == [NOW]

    def test_is_skipped_if_no_process_ran_in_it(self) -> None:
        send_due_commands({"basket"}, now=NOW)
        send_due_commands({"basket"}, now=NOW + 30 * HOUR)

        assert hours_sent() == [NOW, NOW + 30 * HOUR]


@pytest.mark.usefixtures("real_commits")
def test_many_processes_at_once_send_one_command() -> None:
    concurrently(*[lambda: periodic._send_once(DeleteAbandonedBaskets(due_at=NOW), "basket", now=NOW)] * 8)

    assert hours_sent() == [NOW]


@pytest.mark.parametrize("every", [timedelta(days=2), HOUR])
def test_a_periodic_command_has_only_the_field_due_at(every: timedelta) -> None:
    with pytest.raises(MessageMisdeclared, match="its only field is `due_at`"):

        @command("basket.dust_the_shelves.v1", key="shelf", period=every)
        class DustTheShelves:
            shelf: int
