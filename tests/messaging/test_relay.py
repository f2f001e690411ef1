"""The relay: from an outbox to the inboxes of all subscribers."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from messaging import inbox
from messaging import relay as relaying
from messaging.buses.in_process import InProcessBus
from messaging.envelope import Envelope
from messaging.models import LEASE, RESEND_AFTER, InboxMessage, OutboxMessage
from messaging.publishing import send
from messaging.relay import acknowledge, relay
from messaging.retry_delays import MAX_ATTEMPTS
from messaging.subscriptions import on
from tests.messaging.bells import AnswerBell, BellRung, Listen, catalog, inbox_of, now, outbox, ring

pytestmark = pytest.mark.django_db(databases=["catalog", "basket", "ordering", "default"])


class TestTheRelay:
    def test_sends_an_event_to_every_subscriber(self, listen: Listen) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        listen("ordering", when_bell_rings_look_up)
        ring()

        assert relay("catalog", now=now()) == {"basket", "ordering"}
        assert inbox_of("basket").handler == "basket.when_bell_rings_look_up"
        assert inbox_of("ordering").handler == "ordering.when_bell_rings_look_up"
        assert outbox().state == OutboxMessage.State.DONE

    def test_marks_an_event_without_subscribers_as_done(self) -> None:
        ring()

        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.DONE

    def test_resends_a_message_only_to_contexts_that_have_not_acknowledged_it(
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
                raise DatabaseError("unavailable")
            store(context, envelopes, now=now)

        monkeypatch.setattr(inbox, "store", store_unless_ordering)
        relay("catalog", now=now())
        assert (outbox().state, outbox().acknowledged_by) == (OutboxMessage.State.SENT, ["basket"])

        monkeypatch.setattr(inbox, "store", store)
        assert relay("catalog", now=now()) == set(), "it is too early"
        InboxMessage.objects.using("basket").all().delete()  # as retention does, long after it was handled
        assert relay("catalog", now=now() + RESEND_AFTER) == {"ordering"}

        assert outbox().state == OutboxMessage.State.DONE
        assert inbox_of("ordering")
        assert not InboxMessage.objects.using("basket").exists(), (
            "basket has acknowledged it, and does not get it again"
        )

    def test_waits_for_a_subscriber_in_another_process(self, listen: Listen, settings: Settings) -> None:
        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_bell_rings_look_up)
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": {"basket": {}, "lighthouse": {}}}
        ring()

        assert relay("catalog", now=now()) == {"basket"}
        assert (outbox().state, outbox().acknowledged_by) == (OutboxMessage.State.SENT, ["basket"])

    def test_loses_no_acknowledgement_that_arrives_while_it_sends(
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

    def test_waits_longer_before_each_resend(self, settings: Settings, listen: Listen) -> None:
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

    def test_is_done_if_a_listed_subscriber_has_no_handler(self, settings: Settings) -> None:
        settings.SUBSCRIPTIONS = {"catalog.bell_rung.v1": {"ordering": {}}}
        ring()

        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.DONE
        assert not InboxMessage.objects.using("ordering").exists()

    def test_keeps_messages_while_the_bus_refuses_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ring()

        def refuse(*args: object, **more: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(InProcessBus, "deliver", refuse)
        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.PENDING
        assert outbox().available_at < now() + LEASE, "it is retried before its lease ends"

    def test_sends_all_due_messages_in_several_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relaying, "BATCH", 2)
        for _ in range(5):
            ring()

        relay("catalog", now=now())

        assert set(OutboxMessage.objects.using("catalog").values_list("state", flat=True)) == {"done"}

    def test_leaves_a_message_of_unknown_type_to_newer_code_until_it_is_dead(self) -> None:
        ring()
        OutboxMessage.objects.using("catalog").update(type="catalog.forgotten.v1")

        for attempt in range(MAX_ATTEMPTS):
            assert outbox().state == OutboxMessage.State.PENDING
            relay("catalog", now=now() + timedelta(days=attempt))

        assert outbox().state == OutboxMessage.State.DEAD

    def test_never_marks_a_sent_message_of_unknown_type_as_dead(self) -> None:
        ring()
        OutboxMessage.objects.using("catalog").update(type="catalog.newer.v1", state="sent", attempts=MAX_ATTEMPTS)

        relay("catalog", now=now())

        assert outbox().state == OutboxMessage.State.SENT
        assert outbox().available_at > now(), "newer code may claim it next"

    def test_holds_a_message_back_until_its_time(self, listen: Listen) -> None:
        @on(AnswerBell)
        def answer(command: AnswerBell, *, now: datetime) -> None: ...

        listen("basket", answer)
        later = now() + timedelta(hours=1)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()), at=later)

        assert relay("catalog", now=now()) == set()
        assert relay("catalog", now=later) == {"basket"}
