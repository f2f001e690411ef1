"""The SQL statements, each compared with its ORM equivalent."""

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.db.models import F

from messaging.envelope import Envelope
from messaging.models import LEASE, InboxMessage, OutboxMessage, StoredMessage
from messaging.sql import claim, insert, mark_done, mark_handled
from tests.shop import NOW

pytestmark = pytest.mark.django_db(databases=["basket"])

NEPAL = timezone(timedelta(hours=5, minutes=45))
AWKWARD_DATA: dict[str, Any] = {
    "words": "100 % \"Käse\" \\ 'quoted' \u2028 {} %s",
    "numbers": [0, -1, 2**53 + 1, 0.1, 1e-9],
    "nothing": None,
    "inside": {"truth": True, "empty": [], "": ""},
}


def received(*, id_: UUID | None = None, **more: Any) -> InboxMessage:
    about: dict[str, Any] = {
        "type": "x.y.v1",
        "source": "basket",
        "subject": "ünïcode",
        "traceparent": "",
        "data": AWKWARD_DATA,
    }
    envelope = Envelope(id=id_ or uuid4(), time=datetime(2026, 3, 1, 2, 30, 0, 1, NEPAL), **about)
    return InboxMessage.from_envelope(
        envelope, handler="basket.nobody", received_at=NOW, **{"available_at": NOW} | more
    )


def sent(**more: Any) -> OutboxMessage:
    return OutboxMessage.from_envelope(received().envelope, available_at=NOW, **more)


def stored(queue: type[StoredMessage]) -> list[dict[str, Any]]:
    return [dict(values) for values in queue._default_manager.using("basket").order_by("pk").values()]


def by_orm(*rows: Any) -> None:
    type(rows[0]).objects.using("basket").bulk_create(rows)


class TestInserting:
    @pytest.mark.parametrize("row", [received(), received(in_order=True, attempts=3), sent(), sent(state="done")])
    def test_stores_what_the_orm_would_store(self, row: Any) -> None:
        insert("basket", [row])
        by_hand = stored(type(row))
        type(row).objects.using("basket").all().delete()
        by_orm(row)

        assert [values | {"id": None} for values in by_hand] == [values | {"id": None} for values in stored(type(row))]

    def test_numbers_several_rows_in_their_order(self) -> None:
        rows = [received() for _ in range(20)]
        insert("basket", rows)

        assert [values["message_id"] for values in stored(InboxMessage)] == [row.message_id for row in rows]

    def test_no_rows_stores_nothing(self) -> None:
        insert("basket", [])

        assert stored(InboxMessage) == []

    def test_skips_existing_rows_on_request(self) -> None:
        there, new = received(), received()
        insert("basket", [there])
        insert("basket", [received(id_=there.message_id, attempts=7), new], skip_existing=True)

        assert [(values["message_id"], values["attempts"]) for values in stored(InboxMessage)] == [
            (there.message_id, 0),
            (new.message_id, 0),
        ]

    def test_is_refused_if_a_row_exists(self) -> None:
        there = received()
        insert("basket", [there])

        with pytest.raises(IntegrityError):
            insert("basket", [received(), there])


class TestClaiming:
    def test_returns_the_rows_that_the_orm_reads(self) -> None:
        by_orm(received(), received(last_error="once"), received(available_at=NOW + timedelta(seconds=1)))
        claimed = claim(InboxMessage, "basket", now=NOW, limit=10)

        read = list(InboxMessage.objects.using("basket").filter(available_at=NOW + LEASE).order_by("pk"))
        assert len(read) == 2
        for one, other in zip(claimed, read, strict=True):
            fields = [field.attname for field in InboxMessage._meta.concrete_fields]
            assert [getattr(one, name) for name in fields] == [getattr(other, name) for name in fields]
            assert (one._state.db, one._state.adding) == ("basket", False)

    def test_leases_each_row_to_one_worker_until_the_lease_ends(self) -> None:
        by_orm(sent(), sent(state="sent"), *(sent(state=state) for state in ("done", "dead", "discarded")))

        assert [row.attempts for row in claim(OutboxMessage, "basket", now=NOW, limit=10)] == [1, 1]
        assert claim(OutboxMessage, "basket", now=NOW + LEASE / 2, limit=10) == []
        assert [row.attempts for row in claim(OutboxMessage, "basket", now=NOW + LEASE, limit=10)] == [2, 2]


class TestMarking:
    @pytest.mark.parametrize("state", InboxMessage.State.values)
    @pytest.mark.parametrize("claimed_since", [False, True])
    def test_as_handled_changes_what_the_orm_would_change(self, state: str, claimed_since: bool) -> None:
        by_orm(received(state=state), received(state=state))
        row, orm_row = InboxMessage.objects.using("basket").order_by("pk")
        InboxMessage.objects.using("basket").update(attempts=F("attempts") + int(claimed_since))

        pending = InboxMessage.objects.using("basket").filter(state="pending")
        expected = pending.filter(pk=orm_row.pk, attempts=orm_row.attempts).update(state="handled", handled_at=NOW)
        assert mark_handled(row, now=NOW) == bool(expected) == (state == "pending" and not claimed_since)

        one, other = (values | {"id": None, "message_id": None} for values in stored(InboxMessage))
        assert one == other

    def test_as_done_changes_what_the_orm_would_change(self) -> None:
        rows, orm_rows = ([sent(state=state, last_error="once") for state in OutboxMessage.State.values] for _ in "12")
        by_orm(*rows, *orm_rows)
        mark_done("basket", rows)
        open_rows = OutboxMessage.objects.using("basket").filter(state__in=OutboxMessage.BLOCKING)
        open_rows.filter(pk__in=[orm_row.pk for orm_row in orm_rows]).update(state="done", last_error="")

        after = [values | {"id": None, "message_id": None} for values in stored(OutboxMessage)]
        assert after[: len(rows)] == after[len(rows) :]

    def test_no_rows_as_done_runs_no_query(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0, using="basket"):
            mark_done("basket", [])
