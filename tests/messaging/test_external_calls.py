"""Handlers that call another system: outside any transaction, under a lease."""

import time
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from messaging import inbox
from messaging.dispatcher import run_until_idle
from messaging.inbox import handle
from messaging.models import LEASE, InboxMessage
from messaging.publishing import publish, send
from messaging.relay import relay
from messaging.sql import claim
from messaging.subscriptions import on
from tests.messaging.bells import AnswerBell, BellRung, Listen, basket, catalog, inbox_of, now

pytestmark = pytest.mark.django_db(databases=["catalog", "basket", "ordering", "default"])


class TestAnExternalCall:
    def test_runs_outside_any_transaction_and_its_answer_is_written_in_one(self, listen: Listen) -> None:
        answers: list[str] = []

        def then_record(command: AnswerBell, answer: str, *, now: datetime) -> None:
            with basket.atomic():
                answers.append(answer)

        @on(AnswerBell, then=then_record)
        def call(command: AnswerBell) -> str:
            from building_blocks.databases.transactions import refuse_inside_transaction

            refuse_inside_transaction("a call")
            return "come in"

        listen("basket", call)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert answers == ["come in"]
        assert inbox_of("basket").state == InboxMessage.State.HANDLED

    def test_is_claimed_one_at_a_time_so_that_other_workers_get_the_rest(self, listen: Listen) -> None:
        left: list[int] = []

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def call(command: AnswerBell) -> None:
            claimable = InboxMessage.objects.using("basket").filter(state="pending", available_at__lte=now())
            left.append(claimable.count())

        @on(BellRung)
        def when_bell_rings_look_up(event: BellRung, *, now: datetime) -> None: ...

        listen("basket", call, when_bell_rings_look_up)
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

    def test_is_made_for_every_due_message(self, listen: Listen) -> None:
        called: list[UUID] = []

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def call(command: AnswerBell) -> None:
            called.append(command.bell_id)

        listen("basket", call)
        with catalog.atomic():
            send(*(AnswerBell(bell_id=uuid4()) for _ in range(3)))
        run_until_idle(["catalog"])

        assert len(set(called)) == 3

    def test_is_not_made_if_another_worker_has_claimed_the_message(
        self, listen: Listen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        called: list[UUID] = []
        monkeypatch.setattr(inbox, "LEASE_RENEWED_AFTER", timedelta(0))

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def call(command: AnswerBell) -> None:
            called.append(command.bell_id)

        @on(BellRung)
        def when_bell_rings_take_long(event: BellRung, *, now: datetime) -> None:
            assert claim(InboxMessage, "basket", now=now + LEASE, limit=9), "another worker claims the rest"

        listen("basket", call, when_bell_rings_take_long)
        with catalog.atomic():
            publish(BellRung(bell_id=uuid4()))
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert called == []

    def test_starts_with_a_renewed_lease(self, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
        leases: list[datetime] = []
        monkeypatch.setattr(inbox, "LEASE_RENEWED_AFTER", timedelta(0))

        def then_record(command: AnswerBell, answer: None, *, now: datetime) -> None: ...

        @on(AnswerBell, then=then_record)
        def call(command: AnswerBell) -> None:
            leases.append(InboxMessage.objects.using("basket").get(handler="basket.call").available_at)

        @on(BellRung)
        def when_bell_rings_take_long(event: BellRung, *, now: datetime) -> None:
            time.sleep(0.01)

        listen("basket", call, when_bell_rings_take_long)
        with catalog.atomic():
            publish(BellRung(bell_id=uuid4()))
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=(claimed_at := now()))

        assert leases[0] > claimed_at + LEASE

    def test_has_its_answer_dropped_if_the_lease_has_expired(self, listen: Listen) -> None:
        recorded: list[str] = []

        def then_record(command: AnswerBell, answer: str, *, now: datetime) -> None:
            recorded.append(answer)

        @on(AnswerBell, then=then_record)
        def call(command: AnswerBell) -> str:
            if not recorded:  # meanwhile the lease ends, and another worker claims the message
                assert claim(InboxMessage, "basket", now=now() + LEASE, limit=1)
            return "late"

        listen("basket", call)
        with catalog.atomic():
            send(AnswerBell(bell_id=uuid4()))
        relay("catalog", now=now())
        handle("basket", now=now())

        assert recorded == []
        assert inbox_of("basket").state == InboxMessage.State.PENDING
