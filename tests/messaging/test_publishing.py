"""Publishing events, sending commands, and declaring both."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from building_blocks.databases.transactions import TransactionMisused
from messaging.declare import MessageMisdeclared, event
from messaging.models import OutboxMessage
from messaging.publishing import publish, send
from messaging.subscriptions import on
from tests.messaging.bells import AnswerBell, BellRung, BellTuned, Listen, basket, catalog, outbox, ring

pytestmark = pytest.mark.django_db(databases=["catalog", "basket", "ordering", "default"])


class TestPublishing:
    def test_is_refused_outside_a_transaction(self) -> None:
        with pytest.raises(TransactionMisused, match="open `atomic"):
            publish(BellRung(bell_id=uuid4()))

    def test_is_refused_to_a_context_that_does_not_own_the_event(self) -> None:
        with pytest.raises(TransactionMisused, match="may not be published by basket"), basket.atomic():
            publish(BellRung(bell_id=uuid4()))

    def test_stores_nothing_if_the_transaction_fails(self) -> None:
        with pytest.raises(ZeroDivisionError), catalog.atomic():
            publish(BellRung(bell_id=uuid4()))
            raise ZeroDivisionError

        assert not OutboxMessage.objects.using("catalog").exists()

    def test_writes_a_cloud_event_to_the_outbox_of_its_context(self) -> None:
        bell_id = ring()

        row = outbox()
        assert (row.type, row.source, row.subject) == ("catalog.bell_rung.v1", "catalog", str(bell_id))
        assert row.data == {"bell_id": str(bell_id)}

    def test_refuses_a_command_and_sending_refuses_an_event(self) -> None:
        with catalog.atomic(), pytest.raises(TransactionMisused, match="publish it"):
            send(BellRung(bell_id=uuid4()))
        with catalog.atomic(), pytest.raises(TransactionMisused, match="send it"):
            publish(AnswerBell(bell_id=uuid4()))


class TestAMessageWithANewField:
    def test_is_read_by_older_code(self) -> None:
        bell_id = ring()
        row = outbox()
        row.data["weight"] = 12

        assert row.envelope.unwrap() == BellRung(bell_id=bell_id)

    def test_is_read_by_newer_code_if_it_was_stored_without_the_field(self) -> None:
        bell_id = ring()
        row = outbox()
        row.type = "catalog.bell_tuned.v1"

        assert row.envelope.unwrap() == BellTuned(bell_id=bell_id, tone="a")


class TestDeclaring:
    def test_refuses_a_type_that_is_already_declared(self) -> None:
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

        with pytest.raises(MessageMisdeclared, match="only basket may handle it"):
            listen("catalog", answer)

    def test_refuses_a_second_handler_of_the_same_name(self, listen: Listen) -> None:
        @on(BellRung)
        def when_it_happens(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", when_it_happens)
        listen("basket", when_it_happens)  # the same one again does no harm

        @on(BellTuned)
        def other(event: BellTuned, *, now: datetime) -> None: ...

        other.__name__ = "when_it_happens"
        with pytest.raises(MessageMisdeclared, match=r"when_it_happens handles catalog\.bell_rung\.v1 already"):
            listen("basket", other)
