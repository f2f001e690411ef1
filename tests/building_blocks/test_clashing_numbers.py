"""A table whose numbers are behind, as after a restore: a row whose number is taken is an error, and never dropped."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from building_blocks.db import Database
from building_blocks.idempotency.keys import IdempotencyKey
from building_blocks.idempotency.models import UsedKey
from building_blocks.messaging import periodic
from building_blocks.messaging.models import SEND_AGAIN_AFTER, InboxMessage, OutboxMessage
from building_blocks.messaging.publishing import send
from building_blocks.messaging.relay import relay
from contexts.basket.published.commands import ReleaseCoupon

pytestmark = pytest.mark.usefixtures("real_commits")

SENDER = Database("ordering")


@pytest.fixture
def falls_behind(real_commits: None) -> Callable[[str], None]:
    """Return what sets a table's next number back to the highest that is taken."""

    def fall_behind(table: str) -> None:
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
            highest = f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id), false) FROM {table}"  # noqa: S608
            administrator.execute(highest.encode(), [table])

    return fall_behind


def send_one() -> UUID:
    with SENDER.atomic():
        send(ReleaseCoupon(order_id=(order_id := uuid4())))
    return order_id


def held() -> set[str]:
    return set(InboxMessage.objects.using("basket").values_list("subject", flat=True))


def test_a_message_that_the_inbox_cannot_number_is_not_confirmed_and_comes_again(
    falls_behind: Callable[[str], None],
) -> None:
    first = send_one()
    relay("ordering", now=timezone.now())
    falls_behind("basket.messaging_inboxmessage")
    second = send_one()

    relay("ordering", now=timezone.now())
    waiting = OutboxMessage.objects.using("ordering").get(subject=second)
    assert (waiting.state, waiting.confirmed_by) == ("sent", [])
    assert held() == {str(first)}

    relay("ordering", now=timezone.now() + SEND_AGAIN_AFTER)
    assert held() == {str(first), str(second)}


def test_a_periodic_command_that_the_outbox_cannot_number_is_sent_at_the_next_look(
    falls_behind: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periodic, "_sent", {})
    now = timezone.now()
    periodic.send_what_is_due(["basket"], now=now)
    falls_behind("basket.messaging_outboxmessage")

    for _ in range(2):
        periodic.send_what_is_due(["basket"], now=now + timedelta(days=1))

    assert OutboxMessage.objects.using("basket").count() == 2


def test_an_idempotency_key_that_cannot_be_numbered_is_an_error_and_the_next_try_uses_it_up(
    falls_behind: Callable[[str], None],
) -> None:
    keys = [IdempotencyKey.of(scope="anybody", key=word, body={}) for word in ("one", "other")]
    with SENDER.atomic():
        keys[0].claim(uuid4(), now=timezone.now())
    falls_behind("ordering.idempotency_usedkey")

    with pytest.raises(IntegrityError), SENDER.atomic():
        keys[1].claim(uuid4(), now=timezone.now())
    with SENDER.atomic():
        keys[1].claim(result := uuid4(), now=timezone.now())

    assert keys[1].result("ordering") == result
    assert UsedKey.objects.using("ordering").count() == len(keys)
