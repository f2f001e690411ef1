"""Messages of one ordering key: handled in order, blocked by a dead message."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from message_console.interventions import discard, park, replay
from messaging import blocking
from messaging.dispatcher import run_until_idle
from messaging.inbox import handle
from messaging.models import LEASE, InboxMessage, OutboxMessage
from messaging.publishing import publish, send
from messaging.relay import acknowledge, relay
from messaging.retry_delays import MAX_ATTEMPTS
from messaging.sql import claim
from messaging.subscriptions import on
from tests.clock import run_until_idle_at
from tests.messaging.bells import AnswerBell, BellTuned, Listen, catalog, now

pytestmark = pytest.mark.django_db(databases=["catalog", "basket", "ordering", "default"])


class TestAnOrderingKey:
    @pytest.fixture
    def received(self, listen: Listen) -> list[tuple[UUID, str]]:
        """The tones that basket has received, each with its bell; its handler fails on the tone x."""
        received: list[tuple[UUID, str]] = []

        @on(BellTuned, in_order=True)
        def when_bell_is_tuned_record_it(event: BellTuned, *, now: datetime) -> None:
            assert event.tone != "x"
            received.append((event.bell_id, event.tone))

        listen("basket", when_bell_is_tuned_record_it)
        return received

    def tune(self, bell_id: UUID, *tones: str) -> None:
        with catalog.atomic():
            publish(*(BellTuned(bell_id=bell_id, tone=tone) for tone in tones))

    def test_has_its_messages_handled_in_order_by_several_workers(self, received: list[tuple[UUID, str]]) -> None:
        bell, other = uuid4(), uuid4()
        self.tune(bell, "a", "b", "c")
        self.tune(other, "a")
        relay("catalog", now=now())

        first = claim(InboxMessage, "basket", now=now(), limit=10)
        second = claim(InboxMessage, "basket", now=now(), limit=10)

        assert [(UUID(row.subject), row.data["tone"]) for row in first] == [(bell, "a"), (other, "a")]
        assert second == [], "the first is not handled yet"
        run_until_idle(["basket"])
        assert received == []
        for _ in "abc":
            handle("basket", now=now() + LEASE)
        assert [tone for of, tone in received if of == bell] == ["a", "b", "c"]

    def test_is_blocked_by_a_dead_message_until_a_replay_and_blocks_no_other_key(
        self, received: list[tuple[UUID, str]]
    ) -> None:
        bell, other = uuid4(), uuid4()
        self.tune(bell, "x", "b")
        self.tune(other, "a", "b")
        for day in range(MAX_ATTEMPTS + 1):
            run_until_idle_at(now() + timedelta(days=day))

        assert received == [(other, "a"), (other, "b")]
        failed = InboxMessage.objects.using("basket").get(state="dead")
        InboxMessage.objects.using("basket").filter(pk=failed.pk).update(data=failed.data | {"tone": "a"})
        replay("basket", InboxMessage.objects.using("basket").filter(pk=failed.pk), who="kim", now=now())
        run_until_idle(["basket"])

        assert received[2:] == [(bell, "a"), (bell, "b")]

    def test_is_not_blocked_by_a_discarded_message(self, received: list[tuple[UUID, str]]) -> None:
        self.tune(uuid4(), "x", "b")
        relay("catalog", now=now())
        rows = InboxMessage.objects.using("basket")
        park("basket", rows.filter(data__tone="x"), who="kim", why="no such tone", now=now())
        run_until_idle(["basket"])
        assert received == []

        discard("basket", rows.filter(data__tone="x"), who="kim", why="no such tone", now=now())
        run_until_idle(["basket"])

        assert [tone for _, tone in received] == ["b"]

    def test_is_not_blocked_by_a_message_that_is_held_back(self, listen: Listen) -> None:
        answered: list[str] = []

        @on(AnswerBell, in_order=True)
        def answer(command: AnswerBell, *, now: datetime) -> None:
            answered.append(command.words)

        listen("basket", answer)
        bell = uuid4()
        with catalog.atomic():
            send(AnswerBell(bell_id=bell, words="at last"), at=now() + timedelta(hours=1))
            send(AnswerBell(bell_id=bell, words="at once"))
        run_until_idle(["catalog"])
        assert answered == ["at once"]

        run_until_idle_at(now() + timedelta(hours=2))
        assert answered == ["at once", "at last"]

    def test_has_blocked_messages_deferred_until_an_intervention(self, received: list[tuple[UUID, str]]) -> None:
        stuck, other = uuid4(), uuid4()
        self.tune(stuck, "a", "x", "b", "c")
        self.tune(other, "a")
        relay("catalog", now=now())
        rows = InboxMessage.objects.using("basket")
        park("basket", rows.filter(data__tone="x"), who="kim", why="no such tone", now=now())

        blocking.defer_blocked("basket", now=now())

        due = rows.filter(state="pending", available_at__lte=now()).order_by("pk")
        assert [(UUID(row.subject), row.data["tone"]) for row in due] == [(stuck, "a"), (other, "a")]
        run_until_idle(["basket"])
        discard("basket", rows.filter(data__tone="x"), who="kim", why="no such tone", now=now())
        run_until_idle(["basket"])
        assert [tone for of, tone in received if of == stuck] == ["a", "b", "c"]

    def test_has_its_messages_sent_one_at_a_time_each_after_the_last_is_acknowledged(
        self, received: list[tuple[UUID, str]], settings: Settings
    ) -> None:
        settings.SUBSCRIPTIONS = {"catalog.bell_tuned.v1": {"lighthouse": {"in_order": True}, "ordering": {}}}
        bell, other = uuid4(), uuid4()
        self.tune(bell, "a", "b")
        self.tune(other, "a")

        relay("catalog", now=now())

        assert [UUID(row.subject) for row in InboxMessage.objects.using("basket").order_by("id")] == [bell, other]
        first = OutboxMessage.objects.using("catalog").earliest("id")
        assert acknowledge("catalog", "lighthouse", [first.message_id], now=now()), (
            "later messages may have waited for it"
        )
        relay("catalog", now=now())
        assert [tone for of, tone in self.sent() if of == bell] == ["a", "b"]

    def sent(self) -> list[tuple[UUID, str]]:
        rows = InboxMessage.objects.using("basket").order_by("id")
        return [(UUID(row.subject), row.data["tone"]) for row in rows]

    def test_does_not_wait_for_subscribers_that_need_no_order(self, listen: Listen, settings: Settings) -> None:
        @on(BellTuned, in_order=True)
        def when_bell_is_tuned_record_it(event: BellTuned, *, now: datetime) -> None: ...

        listen("basket", when_bell_is_tuned_record_it)
        settings.SUBSCRIPTIONS = {"catalog.bell_tuned.v1": {"lighthouse": {}}}
        self.tune(uuid4(), "a", "b")

        relay("catalog", now=now())

        assert [tone for _, tone in self.sent()] == ["a", "b"]
