"""The checks after chaos, on a small correct shop, and with one defect after the other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as shops
from django.utils import timezone

from contexts.catalog.use_cases.change_stock import change_stock
from messaging.models import OutboxMessage
from tests.chaos import counting
from tests.shop import Shopper, coupon, create_variant

pytestmark = pytest.mark.usefixtures("real_commits")

DUPLICATE_ROW = (
    "CREATE TEMP TABLE more ON COMMIT DROP AS SELECT * FROM {queue} WHERE type = '{type}';"
    "UPDATE more SET id = 1000000 + id{change}; {first}; INSERT INTO {queue} SELECT * FROM more"
)
DEFECTS = {
    "lost: a message of ordering that catalog never received": "DELETE FROM catalog.messaging_inboxmessage"
    " WHERE type = 'catalog.reserve_stock.v1'",
    "lost: a confirmed order whose goods have not left": "DELETE FROM catalog.catalog_stockmovement"
    " WHERE reason = 'sold'",
    "lost: a confirmed order whose goods are still in the basket": "UPDATE ordering.ordering_order"
    " SET basket_id = (SELECT basket_id FROM ordering.ordering_order WHERE status = 'cancelled')"
    " WHERE status = 'confirmed'",
    "twice: a message that a handler of basket has twice": DUPLICATE_ROW.format(
        queue="basket.messaging_inboxmessage",
        type="ordering.order_confirmed.v1",
        change="",
        first="ALTER TABLE basket.messaging_inboxmessage DROP CONSTRAINT inbox_message_once",
    ),
    "twice: a message that ordering has sent twice": DUPLICATE_ROW.format(
        queue="ordering.messaging_outboxmessage",
        type="ordering.capture_payment.v1",
        change=", message_id = gen_random_uuid()",
        first="",
    ),
    "twice: an order that does not have one idempotency key": "DELETE FROM ordering.idempotency_usedkey",
    "twice: a payment whose charge": "UPDATE demo_payments.demo_payments_charge SET amount = amount + 1",
    "twice: a SKU whose stock": "UPDATE catalog.catalog_stock SET on_hand = on_hand - 1",
    "twice: a sale that is in the ledger twice": "INSERT INTO catalog.catalog_stockmovement"
    " (sku, delta, reason, note, order_id, at) SELECT sku, delta, reason, note, order_id, at"
    " FROM catalog.catalog_stockmovement WHERE reason = 'sold'",
    "twice: a coupon whose uses": "UPDATE basket.basket_coupon SET uses = uses + 1",
    "stuck: a message that ordering has not sent": "UPDATE ordering.messaging_outboxmessage SET state = 'sent'",
    "stuck: a message that basket has not handled": "UPDATE basket.messaging_inboxmessage SET state = 'dead'",
    "stuck: an order that is neither": "UPDATE ordering.ordering_payment SET state = 'capturing'",
    "stuck: a reservation": "UPDATE catalog.catalog_reservation SET state = 'reserved'",
    "stuck: reserved stock": "UPDATE catalog.catalog_stock SET reserved = 1",
    "stuck: a coupon in use": "UPDATE basket.basket_redemption SET order_id = gen_random_uuid()",
    "stuck: an idempotency key": "UPDATE ordering.idempotency_usedkey SET result_id = gen_random_uuid()",
}


@pytest.fixture
def sent_mail(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "tests.chaos.mail.EmptyFileBackend", tmp_path
    return tmp_path


@pytest.fixture
def accepted(sent_mail: Path, drain: Callable[[], None]) -> dict[str, list[str]]:
    """The shop's responses to a paid and a declined order, after all messages were handled, deadlines included."""
    create_variant("MUG", on_hand=0)
    change_stock(sku="MUG", delta=5, reason="received", operator_id=uuid4(), now=timezone.now())
    coupon("TENTH")
    accepted = {}
    for key, card in ("paid", "4242424242424242"), ("declined", "4000000000000002"):
        buyer = Shopper()
        buyer.add("MUG", 2)
        buyer.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
        accepted[key] = [buyer.order(key=key, card=card).json()["number"]]
    drain()
    OutboxMessage.objects.using("ordering").update(available_at=timezone.now())
    drain()
    return accepted


def test_finds_each_defect_in_the_tables_and_none_in_a_correct_shop(
    accepted: dict[str, list[str]], sent_mail: Path
) -> None:
    with psycopg.connect(shops.DATABASE_URL) as database:
        assert counting.find_violations(database, accepted=accepted, sent_mail=sent_mail) == []

        for violation, statement in DEFECTS.items():
            with database.transaction(force_rollback=True):
                database.execute(statement.encode())
                violations = counting.find_violations(database, accepted=accepted, sent_mail=sent_mail)
            assert any(line.startswith(violation) for line in violations), f"{violation}: not among {violations}"


def test_finds_responses_and_emails_that_contradict_the_tables(accepted: dict[str, list[str]], sent_mail: Path) -> None:
    (sent,) = sent_mail.iterdir()
    Path(f"{sent}-again").touch()
    accepted["paid"].append("NEVER-HEARD-OF")
    with psycopg.connect(shops.DATABASE_URL) as database:
        violations = counting.find_violations(database, accepted=accepted, sent_mail=sent_mail)
        sent.unlink()
        Path(f"{sent}-again").unlink()
        without_mail = counting.find_violations(database, accepted={}, sent_mail=sent_mail)

    assert [line.partition(":")[0] for line in violations] == ["lost", "twice", "twice"]
    assert [line.partition(":")[0] for line in without_mail] == ["lost"]
