"""Shoppers: buyers who ask again, with the same key, until they are answered, whichever web process is dead."""

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from random import Random
from threading import Event
from typing import Any
from uuid import UUID

from tests.chaos.environment import COMMON, COMMON_COUPON, SCARCE, SCARCE_COUPON
from tests.server import HttpClient, Response
from tests.shop import GOOD_CARD, Shopper

BUYERS = 6
DECLINED_CARD, SLOW_CARD = "4000000000000002", "4000000000000119"
RESPONSE_TIMEOUT = 30.0  # seconds within which a web process answers, dead or alive
HANG_UP_AFTER = (0.01, 0.2)  # seconds until some do not wait for the answer any longer
RETRY_INTERVAL = 0.5  # seconds
SETTLE_TIMEOUT = 20.0  # seconds for which a buyer waits for how an order ends
PLACED = 202  # the status of an answer that an order is accepted, and not settled
GIVE_UP_AFTER = 300.0  # seconds until a buyer gives the shop up for broken
EXPECTED_REFUSALS = (
    "empty_basket",
    "coupon_refused",
)  # refusals, since scarce things were sold, and a scarce coupon used


class Unanswered(Exception):
    """Raised where nobody answered; it may have happened."""


class RetryingClient:
    """A buyer's line to the shop; stands in for Django's test client, as far as `tests.shop.Shopper` uses it."""

    def __init__(self, ports: list[int], rng: Random, closed: Event) -> None:
        self.ports, self.rng, self.closed = ports, rng, closed
        self.give_up_after, self.timeout = GIVE_UP_AFTER, RESPONSE_TIMEOUT

    def post(self, path: str, body: str, **more: Any) -> Response:
        return self._ask("post", path, body, **more)

    def put(self, path: str, body: str, **more: Any) -> Response:
        return self._ask("put", path, body, **more)

    def _ask(self, method: str, path: str, body: str, **more: Any) -> Response:
        """
        Ask any of the web processes until one has an answer that is not about its own trouble.

        :raises Unanswered: patience is at an end.
        """
        end = time.monotonic() + self.give_up_after
        while True:
            client = HttpClient(self.rng.choice(self.ports), timeout=self.timeout)
            try:
                answer: Response = getattr(client, method)(path, body, **more)
                if answer.status_code < 500:
                    return answer
            except (OSError, HTTPException):
                pass
            if time.monotonic() >= end or self.closed.is_set():
                raise Unanswered(path)
            time.sleep(RETRY_INTERVAL)


class Shoppers:
    """
    So many buyers, each of whom buys again and again.

    :ivar accepted: the numbers of the orders that the shop has accepted, by idempotency key.
    :ivar refused: how many purchases ended at the counter, by the problem's code.
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
        Let each end the purchase they are at.

        :raises Unanswered: one of them waited in vain.
        """
        self._finishing.set()
        for buyer in self._buyers:
            buyer.result()

    @property
    def unexpected_refusals(self) -> list[str]:
        """A line for each way in which purchases were refused although they could be had."""
        return [
            f"lost: {count} purchases, {code}" for code, count in self.refused.items() if code not in EXPECTED_REFUSALS
        ]

    def abort(self) -> None:
        """Let each drop what they are at."""
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
        answer = buyer.send("post", "/api/v1/basket/items", {"sku": sku, "quantity": quantity})
        if answer.status_code == 200:
            buyer.token = answer.json()["token"] or buyer.token

    def _order(self, buyer: Shopper, token: str, key: str) -> None:
        """Order, and ask again until it is settled, so that shoppers are no faster than the shop; but not for ever."""
        end = time.monotonic() + SETTLE_TIMEOUT
        while True:
            answer = buyer.order(key=key, payment_token=token, headers={"Prefer": "wait=5"})
            self._record(key, answer)
            if answer.status_code != PLACED or time.monotonic() > end:
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

    def _record(self, key: str, answer: Response) -> None:
        if answer.status_code in (201, 202):
            self.accepted.setdefault(key, []).append(answer.json()["number"])
        else:
            self.refused[answer.json()["code"]] += 1
