"""Shoppers: buyers who repeat a request, with the same key, until a web process responds."""

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from random import Random
from threading import Event
from typing import Any
from uuid import UUID

from tests.chaos.environment import COMMON, COMMON_COUPON, SCARCE, SCARCE_COUPON
from tests.client import GOOD_CARD, Shopper
from tests.server import HttpClient, Response

BUYERS = 6
DECLINED_CARD, SLOW_CARD = "4000000000000002", "4000000000000119"
RESPONSE_TIMEOUT = 30.0  # seconds after which a request counts as unanswered
HANG_UP_AFTER = (0.01, 0.2)  # seconds after which some buyers close the connection
RETRY_INTERVAL = 0.5  # seconds
SETTLE_TIMEOUT = 20.0  # seconds for which a buyer waits for the outcome of an order
PLACED = 202  # the status of a response: the order is accepted and not settled yet
GIVE_UP_AFTER = 300.0  # seconds after which a buyer stops repeating a request
EXPECTED_REFUSALS = ("empty_basket", "coupon_refused")  # of scarce SKUs that are sold out, and a scarce coupon


class Unanswered(Exception):
    """Raised if no web process responded; the request may have taken effect."""


class RetryingClient:
    """Repeats requests until a response; replaces Django's test client in `tests.client.Shopper`."""

    def __init__(self, ports: list[int], rng: Random, closed: Event) -> None:
        self.ports, self.rng, self.closed = ports, rng, closed
        self.give_up_after, self.timeout = GIVE_UP_AFTER, RESPONSE_TIMEOUT

    def post(self, path: str, body: str, **more: Any) -> Response:
        return self._request("post", path, body, **more)

    def put(self, path: str, body: str, **more: Any) -> Response:
        return self._request("put", path, body, **more)

    def _request(self, method: str, path: str, body: str, **more: Any) -> Response:
        """
        Send the request to random web processes until one responds with a status below 500.

        :raises Unanswered: no web process responded in time.
        """
        end = time.monotonic() + self.give_up_after
        while True:
            client = HttpClient(self.rng.choice(self.ports), timeout=self.timeout)
            try:
                response: Response = getattr(client, method)(path, body, **more)
                if response.status_code < 500:
                    return response
            except (OSError, HTTPException):
                pass
            if time.monotonic() >= end or self.closed.is_set():
                raise Unanswered(path)
            time.sleep(RETRY_INTERVAL)


class Shoppers:
    """
    BUYERS buyers, each of whom buys again and again.

    :ivar accepted: the numbers of the orders that the shop has accepted, by idempotency key.
    :ivar refused: the number of refused purchases, by the problem's code.
    """

    def __init__(self, ports: list[int], *, seed: int) -> None:
        self.ports = ports
        self.accepted: dict[str, list[str]] = {}
        self.refused: Counter[str] = Counter()
        self._finishing, self._closed = Event(), Event()
        self._pool = ThreadPoolExecutor(BUYERS)
        self._buyers: list[Future[None]] = [
            self._pool.submit(self._keep_buying, Random(f"{seed} buyer {number}")) for number in range(BUYERS)
        ]

    def finish(self) -> None:
        """
        Let each buyer finish the present purchase, and wait for all.

        :raises Unanswered: a buyer got no response.
        """
        self._finishing.set()
        for buyer in self._buyers:
            buyer.result()

    @property
    def unexpected_refusals(self) -> list[str]:
        """A line for each code of refusals that the stock does not explain."""
        return [
            f"lost: {count} purchases, {code}" for code, count in self.refused.items() if code not in EXPECTED_REFUSALS
        ]

    def abort(self) -> None:
        """Let each buyer stop at once."""
        self._finishing.set()
        self._closed.set()

    def _keep_buying(self, rng: Random) -> None:
        while not self._finishing.is_set():
            self._buy(rng)

    def _buy(self, rng: Random) -> None:
        client, buyer = RetryingClient(self.ports, rng, self._closed), Shopper()
        buyer.client = client  # type: ignore[assignment]
        for _ in range(rng.randint(1, 3)):
            self._put(buyer, rng.choice(SCARCE if rng.random() < 0.15 else COMMON), rng.randint(1, 2))
        if rng.random() < 0.4:
            buyer.send("put", "/api/v1/basket/coupon", {"code": rng.choice([COMMON_COUPON, SCARCE_COUPON])})
        card = rng.choices([GOOD_CARD, DECLINED_CARD, SLOW_CARD], [80, 12, 8])[0]
        token, key = buyer.card(card), str(UUID(int=rng.getrandbits(128), version=4))
        if rng.random() < 0.25:
            self._order_and_hang_up(buyer, token, key)
        self._order(buyer, token, key)
        if rng.random() < 0.1:
            self._order(buyer, token, key)

    def _put(self, buyer: Shopper, sku: str, quantity: int) -> None:
        response = buyer.send("post", "/api/v1/basket/items", {"sku": sku, "quantity": quantity})
        if response.status_code == 200:
            buyer.token = response.json()["token"] or buyer.token

    def _order(self, buyer: Shopper, token: str, key: str) -> None:
        """Order, and repeat until it is settled, so that buyers do not outrun the shop, at most for SETTLE_TIMEOUT."""
        end = time.monotonic() + SETTLE_TIMEOUT
        while True:
            response = buyer.order(key=key, payment_token=token, headers={"Prefer": "wait=5"})
            self._record(key, response)
            if response.status_code != PLACED or time.monotonic() > end:
                return
            time.sleep(RETRY_INTERVAL)

    def _order_and_hang_up(self, buyer: Shopper, token: str, key: str) -> None:
        client: Any = buyer.client
        client.give_up_after, client.timeout = 0, client.rng.uniform(*HANG_UP_AFTER)
        try:
            self._record(key, buyer.order(key=key, payment_token=token))
        except Unanswered:
            pass
        finally:
            client.give_up_after, client.timeout = GIVE_UP_AFTER, RESPONSE_TIMEOUT

    def _record(self, key: str, response: Response) -> None:
        if response.status_code in (201, 202):
            self.accepted.setdefault(key, []).append(response.json()["number"])
        else:
            self.refused[response.json()["code"]] += 1
