"""
The web process is killed with SIGKILL at twenty moments of a purchase, and started again each time.

No accepted order is lost, and no effect happens twice; plain SQL checks this in the tables at the end.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from tests.server import HttpClient, free_port, kill
from tests.shop import GOOD_CARD, Shopper, coupon, create_variant
from tests.threads import wait_until_idle
from tools.local import webserver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]

CRASHES = 20
DECLINED_CARD = "4000000000000002"
ON_HAND = 100


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let servers that this test starts use the test's database, and write their e-mails to this folder."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path))
    return tmp_path


class Purchase:
    """A filled basket; `send` orders it, and repeats the same request when called again."""

    def __init__(self, port: int, *, card: str = GOOD_CARD) -> None:
        self.buyer = Shopper()
        self.buyer.client = HttpClient(port)  # type: ignore[assignment]
        self.buyer.add("MUG", 2)
        self.buyer.add("PAN")
        self.buyer.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
        self.key, self.card_token = str(uuid4()), self.buyer.card(card)

    def send(self) -> Any:
        return self.buyer.order(key=self.key, payment_token=self.card_token)

    def send_and_kill(self, pid: int, *, after: float) -> None:
        """Send the order, and kill the server `after` seconds later, whether it has answered or not."""
        with ThreadPoolExecutor(1) as client:
            client.submit(self.send)
            time.sleep(after)
            kill(pid)

    def payment(self) -> str:
        """Return the state of the purchase's payment, or "not placed"."""
        rows = sql("SELECT state FROM ordering.ordering_payment WHERE token = %s", self.card_token)
        return str(rows[0][0]) if rows else "not placed"


def length_of_a_purchase(port: int, mailbox: Path) -> float:
    """Buy something, and return the seconds until the confirmation is in the mailbox."""
    purchase = Purchase(port)
    began = time.monotonic()
    purchase.send()
    while not list(mailbox.glob("*.eml")):
        assert time.monotonic() < began + 30, "no confirmation has arrived"
        time.sleep(0.002)
    return time.monotonic() - began


def sql(query: str, *arguments: object) -> list[tuple[Any, ...]]:
    """Query the database as its administrator, who can read all schemas."""
    with psycopg.connect(settings.DATABASE_URL) as administrator:
        return administrator.execute(query.encode(), arguments).fetchall()


def test_twenty_crashes_leave_every_purchase_whole(mailbox: Path) -> None:
    create_variant("MUG", price="10.00", on_hand=ON_HAND)
    create_variant("PAN", price="35.00", on_hand=ON_HAND)
    coupon("TENTH", max_uses=ON_HAND)
    port, length, responses, crashed_at = free_port(), 0.0, list[Any](), Counter[str]()

    # Latest moment first: the leases that a crash leaves expire during the following purchases.
    purchase = None
    for moment in reversed(range(CRASHES)):
        with webserver.running(port, workers="1", threads="4") as server:
            length = length or length_of_a_purchase(port, mailbox)
            responses += [purchase.send()] if purchase else []
            purchase = Purchase(port, card=DECLINED_CARD if moment % 4 == 3 else GOOD_CARD)
            purchase.send_and_kill(server.pid, after=length * 1.2 * moment / CRASHES)
            crashed_at[purchase.payment()] += 1
    with webserver.running(port, workers="1", threads="4"):
        responses += [purchase.send()] if purchase else []
        wait_until_idle()

    assert len(crashed_at) > 2, f"the moments are not spread over the purchase: {crashed_at}"
    assert len({response.json()["number"] for response in responses if response.status_code in (201, 202)}) == CRASHES
    check_final_state(confirmed=16, declined=5)
    check_mail(mailbox)


def check_final_state(*, confirmed: int, declined: int) -> None:
    """Check orders, charges, stock and uses of the coupon, in all four schemas and at the provider."""
    ends = sql(
        "SELECT o.status, o.reason, p.state, c.status, c.amount = o.total"
        " FROM ordering.ordering_order o JOIN ordering.ordering_payment p ON p.order_id = o.id"
        " LEFT JOIN demo_payments.demo_payments_charge c ON c.key = p.id"
    )
    assert Counter(ends) == {
        ("confirmed", "", "captured", "captured", True): confirmed,
        ("cancelled", "payment_declined", "declined", "declined", True): declined,
    }
    assert sql("SELECT count(*) FROM demo_payments.demo_payments_charge") == [(confirmed + declined,)]
    assert sql("SELECT sku, on_hand, reserved FROM catalog.catalog_stock ORDER BY sku") == [
        ("MUG", ON_HAND - 2 * confirmed, 0),
        ("PAN", ON_HAND - confirmed, 0),
    ]
    assert sql("SELECT uses FROM basket.basket_coupon") == [(confirmed,)]
    in_baskets = (
        "SELECT sum(quantity) FROM basket.basket_basketitem WHERE basket_id IN (SELECT id FROM basket.basket_basket)"
    )
    assert sql(in_baskets) == [(3 * declined,)], "bought items have left their baskets, other items have not"
    for schema in settings.CONTEXTS:
        assert sql(f"SELECT type FROM {schema}.messaging_inboxmessage WHERE state <> 'handled'") == []  # noqa: S608


def check_mail(mailbox: Path) -> None:
    """Check that each confirmed order has exactly one e-mail, and that there are no others."""
    confirmed = sql("SELECT id FROM ordering.ordering_order WHERE status = 'confirmed'")
    expected = [f"confirmation.{order_id}@localhost.eml" for (order_id,) in confirmed]
    assert sorted(path.name for path in mailbox.iterdir()) == sorted(expected)
