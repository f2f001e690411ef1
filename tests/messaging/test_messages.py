"""Messages, from the transaction that sends one to the handler that has its effect once."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from types import ModuleType
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from building_blocks.databases.transactions import Database, TransactionMisused
from message_console.interventions import discard, park, replay
from messaging import blocking, inbox, subscriptions
from messaging import relay as relaying
from messaging.backoff import MAX_ATTEMPTS
from messaging.buses.in_process import InProcessBus
from messaging.declare import MessageMisdeclared, command, event
from messaging.dispatcher import run_until_idle
from messaging.envelope import Envelope
from messaging.inbox import handle
from messaging.models import LEASE, RESEND_AFTER, InboxMessage, OutboxMessage
from messaging.publishing import publish, send
from messaging.relay import acknowledge, relay
from messaging.sql import claim
from messaging.subscriptions import on, subscribe
from tests.clock import run_until_idle_at

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
    words: str = "come in"


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

        assert row.envelope.unwrap() == BellRung(bell_id=bell_id)

    def test_is_read_by_newer_code_where_it_was_stored_without(self) -> None:
        bell_id = ring()
        row = outbox()
        row.type = "catalog.bell_tuned.v1"

        assert row.envelope.unwrap() == BellTuned(bell_id=bell_id, tone="a")


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
        assert (outbox().state, outbox().acknowledged_by) == (OutboxMessage.State.SENT, ["basket"])

        monkeypatch.setattr(inbox, "store", store)
        assert relay("catalog", now=now()) == set(), "it is too early"
        InboxMessage.objects.using("basket").all().delete()  # as it is forgotten, long after it was handled
        assert relay("catalog", now=now() + RESEND_AFTER) == {"ordering"}

        assert outbox().state == OutboxMessage.State.DONE
        assert inbox_of("ordering")
        assert not InboxMessage.objects.using("basket").exists(), "who has confirmed is not sent it again"

    def test_waits_for_a_context_that_listens_in_another_process(self, listen: Listen, settings: Settings) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": {"basket": {}, "lighthouse": {}}}
        ring()

        assert relay("catalog", now=now()) == {"basket"}
        assert (outbox().state, outbox().acknowledged_by) == (OutboxMessage.State.SENT, ["basket"])

    def test_loses_no_acknowledgement_that_comes_while_it_sends(
        self, settings: Settings, listen: Listen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": {"lighthouse": {}, "tower": {}}}
        ring()

        def acknowledge_meanwhile(*args: object, **more: object) -> dict[str, set[UUID]]:
            acknowledge("catalog", "tower", [outbox().message_id], now=now())
            return {"basket": {outbox().message_id}}

        monkeypatch.setattr(InProcessBus, "deliver", acknowledge_meanwhile)
        relay("catalog", now=now())

        assert sorted(outbox().acknowledged_by) == ["basket", "tower"]

    def test_sends_again_ever_less_often_while_nobody_confirms(self, settings: Settings, listen: Listen) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": {"lighthouse": {}}}
        ring()

        pauses = []
        for _ in range(12):
            due = outbox().available_at
            relay("catalog", now=due)
            pauses.append((outbox().available_at - due) / RESEND_AFTER)

        assert pauses == [*range(1, 10), 10, 10, 10]

    def test_waits_for_nobody_who_was_listed_and_has_no_handler(self, settings: Settings) -> None:
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": {"ordering": {}}}
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

    def test_leaves_what_this_code_does_not_know_to_others_and_parks_it_when_nobody_does(self) -> None:
        ring()
        OutboxMessage.objects.using("catalog").update(type="catalog.forgotten.v1")

        for attempt in range(MAX_ATTEMPTS):
            assert outbox().state == OutboxMessage.State.PENDING
            relay("catalog", now=now() + timedelta(days=attempt))

        assert outbox().state == OutboxMessage.State.DEAD

    def test_parks_nothing_that_others_have_sent_whether_this_code_knows_it_or_not(self) -> None:
        ring()
        OutboxMessage.objects.using("catalog").update(type="catalog.newer.v1", state="sent", attempts=MAX_ATTEMPTS)

        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.SENT
        assert outbox().available_at > now(), "those who know it may have it next"

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
    def received(self, listen: Listen) -> list[UUID]:
        received: list[UUID] = []

        @on(BellRung)
        def when_bell_rings_record_it(event: BellRung, *, now: datetime) -> None:
            received.append(event.bell_id)

        listen("basket", when_bell_rings_record_it)
        return received

    def test_hands_a_message_to_its_handler_once(self, received: list[UUID]) -> None:
        bell_id = ring()
        envelope = outbox().envelope
        for _ in range(3):
            inbox.store("basket", [envelope], now=now())
            handle("basket", now=now())

        assert received == [bell_id]

    def test_handles_nothing_that_another_worker_has_handled_since_it_was_taken(
        self, received: list[UUID], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ring()
        relay("catalog", now=now())
        claimed_first = claim(InboxMessage, "basket", now=now(), limit=10)
        handle("basket", now=now() + LEASE)  # by another, once the lease of the first has ended

        monkeypatch.setattr(inbox, "claim", lambda *args, **more: claimed_first)
        handle("basket", now=now())

        assert len(received) == 1

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
        for attempt in range(2 * MAX_ATTEMPTS):
            with suppress(SystemExit):
                handle("basket", now=now() + timedelta(days=attempt))

        states = {UUID(row.subject): row.state for row in InboxMessage.objects.using("basket")}
        assert states == {before: "handled", deadly: "dead", after: "handled"}
        assert "it may end its process" in InboxMessage.objects.using("basket").get(state="dead").last_error

    def test_lets_nobody_take_a_message_beside_one_that_may_end_the_process(self, listen: Listen) -> None:
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

    def test_asks_outside_any_transaction_and_writes_in_one(self, listen: Listen) -> None:
        answers: list[str] = []

        def then_record(command: AnswerBell, answer: str, *, now: datetime) -> None:
            with basket.atomic():
                answers.append(answer)

        @on(AnswerBell, then=then_record)
        def ask(command: AnswerBell) -> str:
            from building_blocks.databases.transactions import refuse_inside_transaction

            refuse_inside_transaction("a call")
            return "come in"

        listen("basket", ask)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert answers == ["come in"]
        assert inbox_of("basket").state == InboxMessage.State.HANDLED

    def test_takes_one_at_a_time_of_what_asks_and_leaves_the_next_to_others(self, listen: Listen) -> None:
        left: list[int] = []

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def ask(command: AnswerBell) -> None:
            free = InboxMessage.objects.using("basket").filter(state="pending", available_at__lte=now())
            left.append(free.count())

        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", ask, when_bell_rings_look_up)
        with catalog.atomic():
            send(*(AnswerBell(bell_id=uuid4()) for _ in range(3)))
            publish(*(BellRung(bell_id=uuid4()) for _ in range(3)))
        relay("catalog", now=now())

        claimed = [Counter(row.type for row in handle("basket", now=now())) for _ in range(4)]

        assert claimed == [
            {"basket.answer_bell.v1": 1, "catalog.bell_rung.v1": 3},
            {"basket.answer_bell.v1": 1},
            {"basket.answer_bell.v1": 1},
            {},
        ]
        assert left == [2, 1, 0]

    def test_handles_all_that_make_external_calls(self, listen: Listen) -> None:
        asked: list[UUID] = []

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def ask(command: AnswerBell) -> None:
            asked.append(command.bell_id)

        listen("basket", ask)
        with catalog.atomic():
            send(*(AnswerBell(bell_id=uuid4()) for _ in range(3)))
        run_until_idle(["catalog"])

        assert len(set(asked)) == 3

    def test_does_not_ask_once_the_message_is_anothers(self, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[UUID] = []
        monkeypatch.setattr(inbox, "LEASE_RENEWED_AFTER", timedelta(0))

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def ask(command: AnswerBell) -> None:
            asked.append(command.bell_id)

        @on(BellRung)
        def when_bell_rings_take_long(event: BellRung, *, now: datetime) -> None:
            assert claim(InboxMessage, "basket", now=now + LEASE, limit=9), "another worker takes what is left"

        listen("basket", ask, when_bell_rings_take_long)
        with catalog.atomic():
            publish(BellRung(bell_id=uuid4()))
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert asked == []

    def test_begins_the_lease_of_a_message_when_it_asks(self, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
        leases: list[datetime] = []
        monkeypatch.setattr(inbox, "LEASE_RENEWED_AFTER", timedelta(0))

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def ask(command: AnswerBell) -> None:
            leases.append(InboxMessage.objects.using("basket").get(handler="basket.ask").available_at)

        @on(BellRung)
        def when_bell_rings_take_long(event: BellRung, *, now: datetime) -> None:
            time.sleep(0.01)

        listen("basket", ask, when_bell_rings_take_long)
        with catalog.atomic():
            publish(BellRung(bell_id=uuid4()))
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=(claimed_at := now()))

        assert leases[0] > claimed_at + LEASE

    def test_drops_the_answer_of_a_worker_that_took_too_long(self, listen: Listen) -> None:
        recorded: list[str] = []

        def then_record(command: AnswerBell, answer: str, *, now: datetime) -> None:
            recorded.append(answer)

        @on(AnswerBell, then=then_record)
        def ask(command: AnswerBell) -> str:
            if not recorded:  # meanwhile the lease ends, and another worker takes the message
                assert claim(InboxMessage, "basket", now=now() + LEASE, limit=1)
            return "late"

        listen("basket", ask)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert recorded == []
        assert inbox_of("basket").state == InboxMessage.State.PENDING

    def test_carries_the_trace_of_what_caused_the_message(self, listen: Listen) -> None:
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
    def test_keeps_what_does_not_fit_out_of_the_inbox_and_confirms_it_all_the_same(self, listen: Listen) -> None:
        @on(BellTuned, where={"tone": ["c", "e"]})
        def when_bell_is_tuned_high(event: BellTuned, *, now: datetime) -> None: ...

        listen("basket", when_bell_is_tuned_high)
        with catalog.atomic():
            publish(*(BellTuned(bell_id=uuid4(), tone=tone) for tone in "cdef"))

        relay("catalog", now=now())

        kept = InboxMessage.objects.using("basket").order_by("id").values_list("data__tone", flat=True)
        assert list(kept) == ["c", "e"]
        assert set(OutboxMessage.objects.using("catalog").values_list("state", flat=True)) == {"done"}

    def test_may_not_ask_for_a_field_that_there_is_not(self, listen: Listen) -> None:
        @on(BellTuned, where={"tune": ["c"]})
        def when_bell_is_tuned_high(event: BellTuned, *, now: datetime) -> None: ...

        with pytest.raises(MessageMisdeclared, match="has no tune for basket"):
            listen("basket", when_bell_is_tuned_high)


class TestOrder:
    @pytest.fixture
    def received(self, listen: Listen) -> list[tuple[UUID, str]]:
        """What basket has heard of bells, each bell's tones in their order; it cannot stand the tone x."""
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

    def test_is_kept_within_a_subject_whoever_takes_the_messages(self, received: list[tuple[UUID, str]]) -> None:
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

    def test_lets_what_failed_hold_up_its_own_subject_alone_until_it_is_replayed(
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

    def test_lets_nobody_wait_for_what_was_discarded(self, received: list[tuple[UUID, str]]) -> None:
        self.tune(uuid4(), "x", "b")
        relay("catalog", now=now())
        rows = InboxMessage.objects.using("basket")
        park("basket", rows.filter(data__tone="x"), who="kim", why="no such tone", now=now())
        run_until_idle(["basket"])
        assert received == []

        discard("basket", rows.filter(data__tone="x"), who="kim", why="no such tone", now=now())
        run_until_idle(["basket"])

        assert [tone for _, tone in received] == ["b"]

    def test_does_not_wait_for_what_is_sent_for_later(self, listen: Listen) -> None:
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

    def test_takes_what_stands_behind_a_dead_message_out_of_sight_until_somebody_mends_it(
        self, received: list[tuple[UUID, str]]
    ) -> None:
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

    def test_is_kept_by_the_sender_while_a_message_is_not_confirmed(
        self, received: list[tuple[UUID, str]], settings: Settings
    ) -> None:
        settings.SUBSCRIPTIONS = {"catalog.bell_tuned.v1": {"lighthouse": {"in_order": True}, "ordering": {}}}
        bell, other = uuid4(), uuid4()
        self.tune(bell, "a", "b")
        self.tune(other, "a")

        relay("catalog", now=now())

        assert [UUID(row.subject) for row in InboxMessage.objects.using("basket").order_by("id")] == [bell, other]
        first = OutboxMessage.objects.using("catalog").earliest("id")
        assert acknowledge("catalog", "lighthouse", [first.message_id], now=now()), "others may have waited for it"
        relay("catalog", now=now())
        assert [tone for of, tone in self.sent() if of == bell] == ["a", "b"]

    def sent(self) -> list[tuple[UUID, str]]:
        rows = InboxMessage.objects.using("basket").order_by("id")
        return [(UUID(row.subject), row.data["tone"]) for row in rows]

    def test_does_not_wait_for_who_has_not_asked_for_it(self, listen: Listen, settings: Settings) -> None:
        @on(BellTuned, in_order=True)
        def when_bell_is_tuned_record_it(event: BellTuned, *, now: datetime) -> None: ...

        listen("basket", when_bell_is_tuned_record_it)
        settings.SUBSCRIPTIONS = {"catalog.bell_tuned.v1": {"lighthouse": {}}}
        self.tune(uuid4(), "a", "b")

        relay("catalog", now=now())

        assert [tone for _, tone in self.sent()] == ["a", "b"]


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

    def test_lets_no_handler_take_the_place_of_another_of_its_name(self, listen: Listen) -> None:
        @on(BellRung)
        def when_it_happens(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_it_happens)
        listen("basket", when_it_happens)  # the same one again does no harm

        @on(BellTuned)
        def other(event: BellTuned, *, now: datetime) -> None: ...

        other.__name__ = "when_it_happens"
        with pytest.raises(MessageMisdeclared, match=r"when_it_happens handles catalog\.bell_rung\.v1 already"):
            listen("basket", other)
