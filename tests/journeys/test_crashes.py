"""
The web process killed with SIGKILL at twenty moments of a purchase, and started again each time.

Nothing that was promised is lost, and nothing happens twice: the tables, read with plain SQL, say so at the end.
"""

import http.client
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from devserver import webserver
from tests.server import HttpClient, free_port, kill
from tests.shop import GOOD_CARD, Shopper, coupon, stocked
from tests.threads import wait_until_at_rest

pytestmark = [pytest.mark.usefixtures("real_commits"), pytest.mark.slow]

CRASHES = 20
DECLINED = "4000000000000002"
ON_HAND = 100


class Shop:
    """The shop as a process that is started and killed, seen by one buyer after the other."""

    def __init__(self, mail: Path) -> None:
        self.mail = mail
        self.port = free_port()

    @contextmanager
    def open(self) -> Iterator[int]:
        with webserver.running(self.port, workers="1", threads="4") as server:
            yield server.pid


class Purchase:
    """A basket at the till: what its buyer sends, and sends again where no answer came."""

    def __init__(self, shop: Shop, card: str) -> None:
        self.buyer = Shopper()
        self.buyer.client = HttpClient(shop.port)  # type: ignore[assignment]
        self.buyer.add("MUG", 2)
        self.buyer.add("PAN")
        self.buyer.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
        self.key, self.card_token = str(uuid4()), self.buyer.card(card)

    def order(self) -> Any:
        return self.buyer.order(key=self.key, payment_token=self.card_token)

    def mailed(self, shop: Shop) -> None:
        pass


def test_probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path))
    stocked("MUG", on_hand=ON_HAND); stocked("PAN", on_hand=ON_HAND); coupon("TENTH", max_uses=100)
    shop = Shop(tmp_path)
    for i in range(5):
        t = time.monotonic()
        with shop.open() as pid:
            t1 = time.monotonic()
            for _ in range(2):
                p = Purchase(shop, GOOD_CARD)
                t2 = time.monotonic()
                a = p.order()
                t3 = time.monotonic()
                n = len(list(tmp_path.glob("*.eml")))
                while len(list(tmp_path.glob("*.eml"))) <= n: time.sleep(.001)
                t4 = time.monotonic()
                print("PROBE start", t1-t, "prep", t2-t1, "post", t3-t2, "mail", t4-t3, a.status_code)
            kill(pid)
