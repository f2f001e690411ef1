"""Messages, from the transaction that sends one to the handler that has its effect once."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from types import ModuleType
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from building_blocks.db import Database, TransactionMisused
from building_blocks.messaging import inbox, subscriptions
from building_blocks.messaging import relay as relaying
from building_blocks.messaging.backoff import MOST_ATTEMPTS
from building_blocks.messaging.bus import InProcessBus
from building_blocks.messaging.declare import MessageMisdeclared, command, event
from building_blocks.messaging.envelope import Envelope
from building_blocks.messaging.inbox import handle
from building_blocks.messaging.models import LEASE, SEND_AGAIN_AFTER, InboxMessage, OutboxMessage
from building_blocks.messaging.publishing import publish, send
from building_blocks.messaging.relay import relay
from building_blocks.messaging.replay import replay
from building_blocks.messaging.subscriptions import on, subscribe

pytestmark = pytest.mark.django_db(databases=["catalog", "basket", "ordering", "default"])

catalog, basket = Database("catalog"), Database("basket")
Listen = Callable[..., None]


@event("catalog.bell_rung.v1", key="bell_id")
class BellRung:
    bell_id: UUID


@event("catalog.bell_tuned.v1", key="bell_id")
class BellTuned:
    bell_id: UUID
    tone: str = "a"


@command("basket.answer_bell.v1", key="bell_id")
class AnswerBell:
    bell_id: UUID


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Subscribe marked functions for a context, for the length of a test."""
    monkeypatch.setattr(subscriptions, "_subscriptions", dict(subscriptions._subscriptions))

    def subscribe_all(context: str, *functions: Callable[..., object]) -> None:
        module = ModuleType("handlers")
        for function in functions:
            function.__module__ = module.__name__
            setattr(module, function.__name__, function)
        subscribe(context, module)

    return subscribe_all


def ring() -> UUID:
    bell_id = uuid4()
    with catalog.atomic():
        publish(BellRung(bell_id=bell_id))
    return bell_id


def outbox() -> OutboxMessage:
    return OutboxMessage.objects.using("catalog").get()


def inbox_of(context: str) -> InboxMessage:
    return InboxMessage.objects.using(context).get()


def now() -> datetime:
    return timezone.now()


class TestPublishing:
    def test_is_refused_outside_a_transaction(self) -> None:
        with pytest.raises(TransactionMisused, match="open `atomic"):
            publish(BellRung(bell_id=uuid4()))

    def test_is_refused_to_a_context_that_does_not_own_the_event(self) -> None:
        with pytest.raises(TransactionMisused, match="may not be published by basket"), basket.atomic():
            publish(BellRung(bell_id=uuid4()))

    def test_leaves_nothing_where_the_transaction_fails(self) -> None:
        with pytest.raises(ZeroDivisionError), catalog.atomic():
            publish(BellRung(bell_id=uuid4()))
            raise ZeroDivisionError

        assert not OutboxMessage.objects.using("catalog").exists()

    def test_writes_a_cloud_event_to_the_outbox_of_its_context(self) -> None:
        bell_id = ring()

        row = outbox()
        assert (row.type, row.source, row.subject) == ("catalog.bell_rung.v1", "catalog", str(bell_id))
        assert row.data == {"bell_id": str(bell_id)}

    def test_keeps_events_and_commands_apart(self) -> None:
        with catalog.atomic(), pytest.raises(TransactionMisused, match="publish it"):
            send(BellRung(bell_id=uuid4()))
        with catalog.atomic(), pytest.raises(TransactionMisused, match="send it"):
            publish(AnswerBell(bell_id=uuid4()))


class TestAMessageThatHasWonAField:
    def test_is_read_by_older_code(self) -> None:
        bell_id = ring()
        row = outbox()
        row.data["weight"] = 12

        assert row.envelope.open() == BellRung(bell_id=bell_id)

    def test_is_read_by_newer_code_where_it_was_stored_without(self) -> None:
        bell_id = ring()
        row = outbox()
        row.type = "catalog.bell_tuned.v1"

        assert row.envelope.open() == BellTuned(bell_id=bell_id, tone="a")


class TestTheRelay:
    def test_fans_out_to_every_context_that_listens(self, listen: Listen) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        listen("ordering", when_bell_rings_look_up)
        ring()

        assert relay("catalog", now=now()) == {"basket", "ordering"}
        assert inbox_of("basket").handler == "basket.when_bell_rings_look_up"
        assert inbox_of("ordering").handler == "ordering.when_bell_rings_look_up"
        assert outbox().state == OutboxMessage.State.DONE

    def test_is_done_with_an_event_that_nobody_hears(self) -> None:
        ring()

        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.DONE

    def test_sends_again_what_a_context_has_not_confirmed(
        self, listen: Listen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        listen("ordering", when_bell_rings_look_up)
        ring()
        store = inbox.store

        def store_unless_ordering(context: str, envelopes: list[Envelope], *, now: datetime) -> None:
            if context == "ordering":
                raise DatabaseError("away")
            store(context, envelopes, now=now)

        monkeypatch.setattr(inbox, "store", store_unless_ordering)
        relay("catalog", now=now())
        assert (outbox().state, outbox().confirmed_by) == (OutboxMessage.State.SENT, ["basket"])

        monkeypatch.setattr(inbox, "store", store)
        assert relay("catalog", now=now()) == set(), "it is too early"
        InboxMessage.objects.using("basket").all().delete()  # as it is forgotten, long after it was handled
        assert relay("catalog", now=now() + SEND_AGAIN_AFTER) == {"ordering"}

        assert outbox().state == OutboxMessage.State.DONE
        assert inbox_of("ordering")
        assert not InboxMessage.objects.using("basket").exists(), "who has confirmed is not sent it again"

    def test_waits_for_a_context_that_listens_in_another_process(self, listen: Listen, settings: Settings) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": ["basket", "lighthouse"]}
        ring()

        assert relay("catalog", now=now()) == {"basket"}
        assert (outbox().state, outbox().confirmed_by) == (OutboxMessage.State.SENT, ["basket"])

    def test_waits_for_nobody_who_was_listed_and_has_no_handler(self, settings: Settings) -> None:
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": ["ordering"]}
        ring()

        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.DONE
        assert not InboxMessage.objects.using("ordering").exists()

    def test_keeps_everything_while_the_bus_takes_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ring()

        def refuse(*args: object, **more: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(InProcessBus, "deliver", refuse)
        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.PENDING
        assert outbox().available_at < now() + LEASE, "it is tried again before its lease would end"

    def test_sends_all_that_is_due_however_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relaying, "BATCH", 2)
        for _ in range(5):
            ring()

        relay("catalog", now=now())

        assert set(OutboxMessage.objects.using("catalog").values_list("state", flat=True)) == {"done"}

    def test_parks_what_this_code_does_not_know(self) -> None:
        ring()
        OutboxMessage.objects.using("catalog").update(type="catalog.forgotten.v1")

        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.DEAD

    def test_holds_a_message_back_until_its_time(self, listen: Listen) -> None:
        @on(AnswerBell)
        def answer(command: AnswerBell, *, now: datetime) -> None: ...

        listen("basket", answer)
        later = now() + timedelta(hours=1)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()), at=later)

        assert relay("catalog", now=now()) == set()
        assert relay("catalog", now=later) == {"basket"}


class TestTheInbox:
    @pytest.fixture
    def heard(self, listen: Listen) -> list[UUID]:
        heard: list[UUID] = []

        @on(BellRung)
        def when_bell_rings_note_it(event: BellRung, *, now: datetime) -> None:
            heard.append(event.bell_id)

        listen("basket", when_bell_rings_note_it)
        return heard

    def test_hands_a_message_to_its_handler_once(self, heard: list[UUID]) -> None:
        bell_id = ring()
        envelope = outbox().envelope
        for _ in range(3):
            inbox.store("basket", [envelope], now=now())
            handle("basket", now=now())

        assert heard == [bell_id]

    def test_handles_nothing_that_another_worker_has_handled_since_it_was_taken(
        self, heard: list[UUID], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ring()
        relay("catalog", now=now())
        taken_first = InboxMessage.take("basket", now=now(), limit=10)
        handle("basket", now=now() + LEASE)  # by another, once the lease of the first has ended

        monkeypatch.setattr(InboxMessage, "take", lambda *args, **more: taken_first)
        handle("basket", now=now())

        assert len(heard) == 1

    def test_undoes_all_that_a_failing_handler_wrote_and_tries_again_later(self, listen: Listen) -> None:
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

    def test_parks_what_fails_again_and_again_and_replays_it_when_asked(self, listen: Listen) -> None:
        mended = False

        @on(BellRung)
        def when_bell_rings_break(event: BellRung, *, now: datetime) -> None:
            assert mended

        listen("basket", when_bell_rings_break)
        ring()
        relay("catalog", now=now())
        for attempt in range(MOST_ATTEMPTS):
            assert handle("basket", now=now() + timedelta(days=attempt)) == 1
        assert inbox_of("basket").state == InboxMessage.State.DEAD
        assert handle("basket", now=now() + timedelta(days=99)) == 0

        mended = True
        assert replay([inbox_of("basket").message_id], now=now()) == 1
        handle("basket", now=now())

        assert inbox_of("basket").state == InboxMessage.State.HANDLED

    def test_parks_what_ends_its_process_each_time_and_nothing_that_was_taken_along_with_it(
        self, listen: Listen
    ) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None:
            if event.bell_id == deadly:
                raise SystemExit

        listen("basket", when_bell_rings_look_up)
        before, deadly, after = ring(), ring(), ring()
        relay("catalog", now=now())
        for attempt in range(2 * MOST_ATTEMPTS):
            with suppress(SystemExit):
                handle("basket", now=now() + timedelta(days=attempt))

        states = {UUID(row.subject): row.state for row in InboxMessage.objects.using("basket")}
        assert states == {before: "handled", deadly: "dead", after: "handled"}
        assert "it may end its process" in InboxMessage.objects.using("basket").get(state="dead").last_error

    def test_asks_outside_any_transaction_and_writes_in_one(self, listen: Listen) -> None:
        answers: list[str] = []

        def then_note(command: AnswerBell, answer: str, *, now: datetime) -> None:
            with basket.atomic():
                answers.append(answer)

        @on(AnswerBell, then=then_note)
        def ask(command: AnswerBell) -> str:
            from building_blocks.db import refuse_inside_transaction

            refuse_inside_transaction("a call")
            return "come in"

        listen("basket", ask)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert answers == ["come in"]
        assert inbox_of("basket").state == InboxMessage.State.HANDLED

    def test_drops_the_answer_of_a_worker_that_took_too_long(self, listen: Listen) -> None:
        notes: list[str] = []

        def then_note(command: AnswerBell, answer: str, *, now: datetime) -> None:
            notes.append(answer)

        @on(AnswerBell, then=then_note)
        def ask(command: AnswerBell) -> str:
            if not notes:  # meanwhile the lease ends, and another worker takes the message
                assert InboxMessage.take("basket", now=now() + LEASE, limit=1)
            return "late"

        listen("basket", ask)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert notes == []
        assert inbox_of("basket").state == InboxMessage.State.PENDING

    def test_carries_the_trace_of_what_caused_the_message(self, listen: Listen) -> None:
        from telemetry.tracing import current_traceparent, span

        traces: list[str] = []

        @on(BellRung)
        def when_bell_rings_note_the_trace(event: BellRung, *, now: datetime) -> None:
            traces.append(current_traceparent().split("-")[1])

        listen("basket", when_bell_rings_note_the_trace)
        with span("ring") as traceparent:
            ring()
        relay("catalog", now=now())
        handle("basket", now=now())

        assert traces == [traceparent.split("-")[1]]


class TestDeclaring:
    def test_refuses_a_type_that_is_taken(self) -> None:
        with pytest.raises(MessageMisdeclared, match="twice"):

            @event("catalog.bell_rung.v1", key="bell_id")
            class Again:
                bell_id: UUID

    def test_refuses_a_key_that_is_no_field(self) -> None:
        with pytest.raises(MessageMisdeclared, match="no field"):

            @event("catalog.keyless.v1", key="bell_id")
            class Keyless:
                other: UUID

    def test_gives_a_command_one_handler_in_its_own_context(self, listen: Listen) -> None:
        @on(AnswerBell)
        def answer(command: AnswerBell, *, now: datetime) -> None: ...

        with pytest.raises(MessageMisdeclared, match="one handler, in basket"):
            listen("catalog", answer)


class TestTheEventsCommand:
    def test_shows_what_is_dead_and_why(self, capsys: pytest.CaptureFixture[str]) -> None:
        ring()
        OutboxMessage.objects.using("catalog").update(type="catalog.forgotten.v1")
        relay("catalog", now=now())

        call_command("events", "status")

        shown = capsys.readouterr().out
        assert "catalog   outbox dead           1" in shown
        assert "no such message is declared" in shown
