"""A table whose sequence is behind, as after a restore: a row whose number is taken is an error, and never dropped."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from building_blocks.databases.transactions import Database
from contexts.basket.published.commands import ReleaseCoupon
from messaging import periodic
from messaging.models import RESEND_AFTER, InboxMessage, OutboxMessage
from messaging.publishing import send
from messaging.relay import relay
from web_api.idempotency.keys import IdempotencyKey
from web_api.idempotency.models import UsedKey

pytestmark = pytest.mark.usefixtures("real_commits")

SENDER = Database("ordering")


@pytest.fixture
def set_sequence_back(real_commits: None) -> Callable[[str], None]:
    """Return a function that sets the next number of a table back to the highest one in use."""

    def set_back(table: str) -> None:
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
            highest = f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id), false) FROM {table}"  # noqa: S608
            administrator.execute(highest.encode(), [table])

    return set_back


def send_message() -> UUID:
    with SENDER.atomic():
        send(ReleaseCoupon(order_id=(order_id := uuid4())))
    return order_id


def received_subjects() -> set[str]:
    return set(InboxMessage.objects.using("basket").values_list("subject", flat=True))


def test_a_message_that_the_inbox_cannot_number_is_not_acknowledged_and_is_sent_again(
    set_sequence_back: Callable[[str], None],
) -> None:
    first = send_message()
    relay("ordering", now=timezone.now())
    set_sequence_back("basket.messaging_inboxmessage")
    second = send_message()

    relay("ordering", now=timezone.now())
    waiting = OutboxMessage.objects.using("ordering").get(subject=second)
    assert (waiting.state, waiting.acknowledged_by) == ("sent", [])
    assert received_subjects() == {str(first)}

    relay("ordering", now=timezone.now() + RESEND_AFTER)
    assert received_subjects() == {str(first), str(second)}


def test_a_periodic_command_that_the_outbox_cannot_number_is_sent_by_the_next_check(
    set_sequence_back: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periodic, "_sent", {})
    now = timezone.now()
    periodic.send_due_commands(["basket"], now=now)
    set_sequence_back("basket.messaging_outboxmessage")

    for _ in range(2):
        periodic.send_due_commands(["basket"], now=now + timedelta(days=1))

    assert OutboxMessage.objects.using("basket").count() == 2


def test_an_idempotency_key_that_cannot_be_numbered_is_an_error_and_the_next_attempt_claims_it(
    set_sequence_back: Callable[[str], None],
) -> None:
    keys = [IdempotencyKey.of(scope="anyone", key=word, body={}) for word in ("first", "second")]
    with SENDER.atomic():
        keys[0].claim(uuid4(), now=timezone.now())
    set_sequence_back("ordering.idempotency_usedkey")

    with pytest.raises(IntegrityError), SENDER.atomic():
        keys[1].claim(uuid4(), now=timezone.now())
    with SENDER.atomic():
        keys[1].claim(result := uuid4(), now=timezone.now())

    assert keys[1].result("ordering") == result
    assert UsedKey.objects.using("ordering").count() == len(keys)
