"""The inbox: each message has its effect once, and failed messages are retried."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from message_console.interventions import replay
from messaging import inbox
from messaging.declare import MessageMisdeclared
from messaging.inbox import handle
from messaging.models import LEASE, InboxMessage, OutboxMessage
from messaging.publishing import publish, send
from messaging.relay import relay
from messaging.retry_delays import MAX_ATTEMPTS
from messaging.sql import claim
from messaging.subscriptions import on
from tests.messaging.bells import AnswerBell, BellRung, BellTuned, Listen, catalog, inbox_of, now, outbox, ring

pytestmark = pytest.mark.django_db(databases=["catalog", "basket", "ordering", "default"])


class TestTheInbox:
    @pytest.fixture
    def received(self, listen: Listen) -> list[UUID]:
        received: list[UUID] = []

        @on(BellRung)
        def when_bell_rings_record_it(event: BellRung, *, now: datetime) -> None:
            received.append(event.bell_id)

        listen("basket", when_bell_rings_record_it)
        return received

    def test_handles_a_message_once_however_often_it_arrives(self, received: list[UUID]) -> None:
        bell_id = ring()
        envelope = outbox().envelope
        for _ in range(3):
            inbox.store("basket", [envelope], now=now())
            handle("basket", now=now())

        assert received == [bell_id]

    def test_skips_a_message_that_another_worker_has_handled_since_it_was_claimed(
        self, received: list[UUID], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ring()
        relay("catalog", now=now())
        claimed_first = claim(InboxMessage, "basket", now=now(), limit=10)
        handle("basket", now=now() + LEASE)  # by another worker, after the first lease has ended

        monkeypatch.setattr(inbox, "claim", lambda *args, **more: claimed_first)
        handle("basket", now=now())

        assert len(received) == 1

    def test_rolls_back_a_failed_handler_and_retries_it_later(self, listen: Listen) -> None:
        @on(BellRung)
        def when_bell_rings_answer(event: BellRung, *, now: datetime) -> None:
            send(AnswerBell(bell_id=event.bell_id))
            raise ValueError("ada@example.com")

        listen("basket", when_bell_rings_answer)
        ring()
        relay("catalog", now=now())

        handle("basket", now=now())

        row = inbox_of("basket")
        assert not OutboxMessage.objects.using("basket").exists()
        assert (row.state, row.attempts) == (InboxMessage.State.PENDING, 1)
        assert row.available_at > row.received_at
        assert "ValueError in when_bell_rings_answer" in row.last_error
        assert "ada@example.com" not in row.last_error, "an error may quote what a customer wrote"

    def test_marks_a_message_as_dead_after_the_last_retry_and_handles_it_after_a_replay(self, listen: Listen) -> None:
        repaired = False

        @on(BellRung)
        def when_bell_rings_break(event: BellRung, *, now: datetime) -> None:
            assert repaired

        listen("basket", when_bell_rings_break)
        ring()
        relay("catalog", now=now())
        for attempt in range(MAX_ATTEMPTS):
            assert handle("basket", now=now() + timedelta(days=attempt))
        assert inbox_of("basket").state == InboxMessage.State.DEAD
        assert not handle("basket", now=now() + timedelta(days=99))

        repaired = True
        assert replay("basket", InboxMessage.objects.using("basket").all(), who="kim", now=now())
        handle("basket", now=now())

        assert inbox_of("basket").state == InboxMessage.State.HANDLED

    def test_marks_a_message_that_kills_its_process_as_dead_and_no_other_of_its_batch(self, listen: Listen) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None:
            if event.bell_id == deadly:
                raise SystemExit

        listen("basket", when_bell_rings_look_up)
        before, deadly, after = ring(), ring(), ring()
        relay("catalog", now=now())
        for attempt in range(2 * MAX_ATTEMPTS):
            with suppress(SystemExit):
                handle("basket", now=now() + timedelta(days=attempt))

        states = {UUID(row.subject): row.state for row in InboxMessage.objects.using("basket")}
        assert states == {before: "handled", deadly: "dead", after: "handled"}
        assert "it may end its process" in InboxMessage.objects.using("basket").get(state="dead").last_error

    def test_leaves_no_message_to_claim_beside_one_that_may_kill_the_process(self, listen: Listen) -> None:
        beside: list[int] = []

        @on(BellRung)
        def when_bell_rings_die(event: BellRung, *, now: datetime) -> None:
            beside.append(len(claim(InboxMessage, "basket", now=now, limit=9)))
            raise SystemExit

        listen("basket", when_bell_rings_die)
        ring(), ring()
        relay("catalog", now=now())
        for attempt in range(2):
            with suppress(SystemExit):
                handle("basket", now=now() + timedelta(days=attempt))

        assert beside == [0, 0]

    def test_continues_the_trace_of_the_sender(self, listen: Listen) -> None:
        from observability.tracing import current_traceparent, span

        traces: list[str] = []

        @on(BellRung)
        def when_bell_rings_record_the_trace(event: BellRung, *, now: datetime) -> None:
            traces.append(current_traceparent().split("-")[1])

        listen("basket", when_bell_rings_record_the_trace)
        with span("ring") as traceparent:
            ring()
        relay("catalog", now=now())
        handle("basket", now=now())

        assert traces == [traceparent.split("-")[1]]


class TestAFilter:
    def test_keeps_other_messages_out_of_the_inbox_but_acknowledges_them(self, listen: Listen) -> None:
        @on(BellTuned, where={"tone": ["c", "e"]})
        def when_bell_is_tuned_high(event: BellTuned, *, now: datetime) -> None: ...

        listen("basket", when_bell_is_tuned_high)
        with catalog.atomic():
            publish(*(BellTuned(bell_id=uuid4(), tone=tone) for tone in "cdef"))

        relay("catalog", now=now())

        stored = InboxMessage.objects.using("basket").order_by("id").values_list("data__tone", flat=True)
        assert list(stored) == ["c", "e"]
        assert set(OutboxMessage.objects.using("catalog").values_list("state", flat=True)) == {"done"}

    def test_by_an_unknown_field_is_refused(self, listen: Listen) -> None:
        @on(BellTuned, where={"tune": ["c"]})
        def when_bell_is_tuned_high(event: BellTuned, *, now: datetime) -> None: ...

        with pytest.raises(MessageMisdeclared, match="filters by tune"):
            listen("basket", when_bell_is_tuned_high)
