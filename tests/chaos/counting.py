"""
Checks the messages and purchases of a shop that has none pending: what was lost, happened twice, or is stuck.

    python tests/chaos/counting.py postgresql://… [--accepted FILE] [--sent-mail FOLDER]

It reads the tables with plain SQL and shares no code with the shop; otherwise it would share the shop's mistakes. FILE
contains the shop's responses, {"<idempotency key>": ["<order number>", …]}; FOLDER has a file for each time that an
e-mail was sent, `<kind>.<order id>@<domain>.<anything>`. The exit status is 1 unless all three are empty.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SUBSCRIPTIONS = Path(__file__).resolve().parents[2] / "config" / "subscriptions.json"
CONTEXTS = ("catalog", "basket", "ordering", "identity")
KINDS = ("lost", "twice", "stuck")

Database = psycopg.Connection[tuple[Any, ...]]

SENDER_CHECKS = {
    "stuck: a message that {sender} has not sent": """
        SELECT type, state FROM {sender}.messaging_outboxmessage WHERE state <> 'done'""",
    "stuck: a message that {sender} has not handled": """
        SELECT handler, state FROM {sender}.messaging_inboxmessage WHERE state <> 'handled'""",
    "twice: a message that a handler of {sender} has twice": """
        SELECT message_id, handler FROM {sender}.messaging_inboxmessage GROUP BY 1, 2 HAVING count(*) > 1""",
    "twice: a message that {sender} has sent twice; only a deadline may be set again": """
        SELECT type, subject FROM {sender}.messaging_outboxmessage
        WHERE type NOT IN ('ordering.expire_order.v1', 'ordering.check_payment_before_expiry.v1')
        GROUP BY 1, 2 HAVING count(*) > 1""",
}
RECEIVER_CHECKS = {
    # Of all cancellations, only those that the buyer would not notice have a receiver.
    "lost: a message of {sender} that {receiver} never received": """
        SELECT o.type, o.message_id FROM {sender}.messaging_outboxmessage o
        WHERE o.state = 'done' AND o.type = ANY(%s) AND NOT EXISTS
            (SELECT FROM {receiver}.messaging_inboxmessage i WHERE i.message_id = o.message_id)
            AND (o.type <> 'ordering.order_cancelled.v1' OR o.data ->> 'reason' = 'not_paid_in_time')""",
}
SHOP_CHECKS = {
    "lost: a confirmed order whose goods have not left the stock": """
        SELECT o.number, l.sku FROM ordering.ordering_order o JOIN ordering.ordering_orderline l ON l.order_id = o.id
        LEFT JOIN catalog.catalog_stockmovement m ON (m.order_id, m.sku, m.delta) = (o.id, l.sku, -l.quantity)
        WHERE o.status = 'confirmed' AND m.id IS NULL""",
    "lost: a confirmed order whose goods are still in the basket": """
        SELECT o.number, i.sku FROM ordering.ordering_order o
        JOIN basket.basket_basketitem i ON i.basket_id = o.basket_id WHERE o.status = 'confirmed'""",
    "twice: an order that does not have one idempotency key of its own": """
        SELECT o.number FROM ordering.ordering_order o
        LEFT JOIN ordering.idempotency_usedkey k ON k.result_id = o.id GROUP BY o.number HAVING count(k.id) <> 1""",
    "twice: a payment whose charge contradicts its order": """
        SELECT o.number, p.state, c.key, c.status
        FROM ordering.ordering_payment p JOIN ordering.ordering_order o ON o.id = p.order_id
        FULL JOIN demo_payments.demo_payments_charge c ON c.key = p.id
        WHERE p.id IS NULL OR coalesce(c.status, 'voided') <> p.state OR (c.status = 'captured' AND c.amount <> o.total)
            OR (o.status = 'confirmed') <>
                EXISTS (SELECT FROM ordering.ordering_payment q WHERE q.order_id = o.id AND q.state = 'captured')""",
    "twice: a SKU whose stock is not receipts less sales": """
        SELECT s.sku, s.on_hand FROM catalog.catalog_stock s WHERE s.on_hand <>
            (SELECT sum(delta) FROM catalog.catalog_stockmovement m WHERE m.sku = s.sku AND m.reason <> 'sold')
            - (SELECT coalesce(sum(l.quantity), 0) FROM ordering.ordering_orderline l
                JOIN ordering.ordering_order o ON o.id = l.order_id WHERE l.sku = s.sku AND o.status = 'confirmed')""",
    "twice: a sale that is in the ledger twice, or is of no confirmed order": """
        SELECT m.order_id, m.sku FROM catalog.catalog_stockmovement m
        LEFT JOIN ordering.ordering_order o ON o.id = m.order_id AND o.status = 'confirmed'
        WHERE m.reason = 'sold' GROUP BY 1, 2 HAVING (count(*), count(o.id)) <> (1, 1)""",
    "twice: a coupon whose uses are not the number of confirmed orders with it": """
        SELECT c.code, c.uses FROM basket.basket_coupon c WHERE c.uses <>
            (SELECT count(*) FROM ordering.ordering_order o WHERE o.status = 'confirmed' AND o.coupon = c.code)""",
    "stuck: an order that is neither confirmed nor cancelled, or a payment in progress": """
        SELECT o.number, o.status, p.state
        FROM ordering.ordering_order o LEFT JOIN ordering.ordering_payment p ON p.order_id = o.id
        WHERE o.status NOT IN ('confirmed', 'cancelled') OR p.id IS NULL
            OR p.state NOT IN ('captured', 'declined', 'voided')""",
    "stuck: a reservation": """
        SELECT order_id FROM catalog.catalog_reservation WHERE state = 'reserved'""",
    "stuck: reserved stock": """
        SELECT sku, reserved FROM catalog.catalog_stock WHERE reserved <> 0""",
    "stuck: a coupon in use by an order that is not confirmed": """
        SELECT r.order_id FROM basket.basket_redemption r WHERE r.state = 'redeemed' AND NOT EXISTS
            (SELECT FROM ordering.ordering_order o WHERE o.id = r.order_id AND o.status = 'confirmed')""",
    "stuck: an idempotency key without its order": """
        SELECT k.key FROM ordering.idempotency_usedkey k WHERE NOT EXISTS
            (SELECT FROM ordering.ordering_order o WHERE o.id = k.result_id)""",
}


EXPECTED_MAIL = """
    SELECT 'confirmation.' || id FROM ordering.ordering_order WHERE status = 'confirmed'
    UNION ALL SELECT 'cancellation.' || id FROM ordering.ordering_order WHERE reason = 'not_paid_in_time'"""
MAIL_ATTEMPTS = """
    SELECT CASE handler WHEN 'ordering.send_confirmation' THEN 'confirmation.' ELSE 'cancellation.' END || subject,
        attempts FROM ordering.messaging_inboxmessage
    WHERE handler IN ('ordering.send_confirmation', 'ordering.send_cancellation_notice')"""
PENDING = """
    SELECT type FROM {context}.messaging_outboxmessage WHERE state IN ('pending', 'sent')
        AND (%s OR state = 'sent' OR attempts > 0 OR available_at <= now())
    UNION ALL SELECT type FROM {context}.messaging_inboxmessage WHERE state = 'pending'"""


def sent(database: Database) -> int:
    """Return the number of messages in all outboxes."""
    queues = [sql.Identifier(context, "messaging_outboxmessage") for context in CONTEXTS]
    counts = [sql.SQL("SELECT count(*) FROM {}").format(queue) for queue in queues]
    return sum(count for (count,) in database.execute(sql.SQL(" UNION ALL ").join(counts)))


def pending(database: Database, *, with_deadlines: bool) -> int:
    """
    Return the number of messages that are neither done nor dead.

    :param with_deadlines: also count messages that are not due yet.
    """
    query = " UNION ALL ".join(PENDING.format(context=context) for context in CONTEXTS)
    return len(database.execute(query.encode(), [with_deadlines] * len(CONTEXTS)).fetchall())


def find_violations(database: Database, *, accepted: dict[str, list[str]], sent_mail: Path | None) -> list[str]:
    """
    Return a line for each violation, for example `stuck: a reservation: 5c1a…`.

    :param accepted: the order numbers in the shop's responses, by idempotency key.
    :param sent_mail: the folder with a file for each e-mail sent; None skips the e-mails.
    """
    return [
        *_in_tables(database),
        *_in_responses(database, accepted),
        *(_in_mail(database, sent_mail) if sent_mail else ()),
    ]


def totals(violations: list[str]) -> dict[str, int]:
    """Return the number of violations of each kind."""
    return {kind: sum(line.startswith(kind) for line in violations) for kind in KINDS}


def _in_tables(database: Database) -> Iterator[str]:
    subscriptions = json.loads(SUBSCRIPTIONS.read_text())
    for sender in CONTEXTS:
        yield from _violations(database, SENDER_CHECKS, sender=sender)
        for receiver in CONTEXTS:
            types = [type_ for type_, receivers in subscriptions.items() if receiver in receivers]
            yield from _violations(database, RECEIVER_CHECKS, types, sender=sender, receiver=receiver)
    yield from _violations(database, SHOP_CHECKS)


def _in_responses(database: Database, accepted: dict[str, list[str]]) -> Iterator[str]:
    known = {number for (number,) in database.execute("SELECT number FROM ordering.ordering_order")}
    for key, numbers in accepted.items():
        yield from (f"lost: an order that was accepted: {number}" for number in set(numbers) - known)
        if len(set(numbers)) > 1:
            yield f"twice: an order, under one key: {key} {' '.join(numbers)}"


def _in_mail(database: Database, sent_mail: Path) -> Iterator[str]:
    """
    Yield a line for each e-mail that is missing or was sent too often.

    If a worker dies after sending an e-mail and before marking its message, the e-mail is sent again with the same
    Message-ID. So it may be sent as often as its message was claimed, which is once if no worker died.
    """
    sent = Counter(path.name.partition("@")[0] for path in sent_mail.iterdir())
    expected = [name for (name,) in database.execute(EXPECTED_MAIL)]
    yield from (f"lost: an e-mail: {name}" for name in expected if not sent[name])
    attempts: dict[str, int] = dict(database.execute(MAIL_ATTEMPTS).fetchall())
    for name, times in sent.items():
        if times > attempts.get(name, 0):
            yield f"twice: an e-mail, sent {times} times and tried {attempts.get(name, 0)} times: {name}"


def _violations(database: Database, checks: dict[str, str], *parameters: object, **names: str) -> Iterator[str]:
    for title, query in checks.items():
        for row in database.execute(query.format(**names).encode(), parameters or None):
            yield f"{title.format(**names)}: {' '.join(map(str, row))}"


def main() -> int:
    """Print the violations and their numbers, and return the exit status."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url", help="the database, with a login that may read every schema")
    options.add_argument("--accepted", type=Path, metavar="FILE")
    options.add_argument("--sent-mail", type=Path, metavar="FOLDER")
    arguments = options.parse_args()
    with psycopg.connect(arguments.url) as database:
        accepted = json.loads(arguments.accepted.read_text()) if arguments.accepted else {}
        violations = find_violations(database, accepted=accepted, sent_mail=arguments.sent_mail)
    print(*violations, *(f"{kind}: {count}" for kind, count in totals(violations).items()), sep="\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
