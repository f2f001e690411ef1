"""The crowd: buyers who ask again, with the same key, until they are answered, whichever web process is dead."""

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from random import Random
from threading import Event
from typing import Any
from uuid import UUID

from tests.chaos.house import COMMON, COMMON_COUPON, SCARCE, SCARCE_COUPON
from tests.server import Answer, HttpClient
from tests.shop import GOOD_CARD, Shopper

BUYERS = 6
DECLINED_CARD, SLOW_CARD = "4000000000000002", "4000000000000119"
ANSWERED = 30.0  # seconds within which a web process answers, dead or alive
IMPATIENCE = (0.01, 0.2)  # seconds until some do not wait for the answer any longer
ASK_AGAIN_AFTER = 0.5  # seconds
SETTLED = 20.0  # seconds for which a buyer waits for how an order ends
PLACED = 202  # the status of an answer that an order is accepted, and not settled
PATIENCE = 300.0  # seconds until a buyer gives the shop up for broken
FAIR = ("empty_basket", "coupon_refused")  # refusals, since scarce things were sold, and a scarce coupon used


class Unanswered(Exception):
    """Raised where nobody answered; it may have happened."""


class Line:
    """A buyer's line to the shop; stands in for Django's test client, as far as `tests.shop.Shopper` uses it."""

    def __init__(self, ports: list[int], dice: Random, closed: Event) -> None:
        self.ports, self.dice, self.closed = ports, dice, closed
        self.patience, self.timeout = PATIENCE, ANSWERED

    def post(self, path: str, body: str, **more: Any) -> Answer:
        return self._ask("post", path, body, **more)

    def put(self, path: str, body: str, **more: Any) -> Answer:
        return self._ask("put", path, body, **more)

    def _ask(self, method: str, path: str, body: str, **more: Any) -> Answer:
        """
        Ask any of the web processes until one has an answer that is not about its own trouble.

        :raises Unanswered: patience is at an end.
        """
        end = time.monotonic() + self.patience
        while True:
            client = HttpClient(self.dice.choice(self.ports), timeout=self.timeout)
            try:
                answer: Answer = getattr(client, method)(path, body, **more)
                if answer.status_code < 500:
                    return answer
            except (OSError, HTTPException):
                pass
            if time.monotonic() >= end or self.closed.is_set():
                raise Unanswered(path)
            time.sleep(ASK_AGAIN_AFTER)


class Crowd:
    """
    So many buyers, each of whom buys again and again.

    :ivar told: the numbers of the orders that the shop has accepted, by idempotency key.
    :ivar refused: how many purchases ended at the counter, by the problem's code.
    """

    def __init__(self, ports: list[int], *, seed: int) -> None:
        self.ports = ports
        self.told: dict[str, list[str]] = {}
        self.refused: Counter[str] = Counter()
        self._enough, self._closed = Event(), Event()
        self._pool = ThreadPoolExecutor(BUYERS)
        self._buyers: list[Future[None]] = [
            self._pool.submit(self._buy_on, Random(f"{seed} buyer {number}")) for number in range(BUYERS)
        ]

    def leave(self) -> None:
        """
        Let each end the purchase they are at.

        :raises Unanswered: one of them waited in vain.
        """
        self._enough.set()
        for buyer in self._buyers:
            buyer.result()

    @property
    def wronged(self) -> list[str]:
        """A line for each way in which purchases were refused although they could be had."""
        return [f"lost: {count} purchases, {code}" for code, count in self.refused.items() if code not in FAIR]

    def flee(self) -> None:
        """Let each drop what they are at."""
        self._enough.set()
        self._closed.set()

    def _buy_on(self, dice: Random) -> None:
        while not self._enough.is_set():
            self._buy(dice)

    def _buy(self, dice: Random) -> None:
        line, buyer = Line(self.ports, dice, self._closed), Shopper()
        buyer.client = line  # type: ignore[assignment]
        for _ in range(dice.randint(1, 3)):
            self._put(buyer, dice.choice(SCARCE if dice.random() < 0.15 else COMMON), dice.randint(1, 2))
        if dice.random() < 0.4:
            buyer.send("put", "/api/v1/basket/coupon", {"code": dice.choice([COMMON_COUPON, SCARCE_COUPON])})
        card = dice.choices([GOOD_CARD, DECLINED_CARD, SLOW_CARD], [80, 12, 8])[0]
        token, key = buyer.card(card), str(UUID(int=dice.getrandbits(128), version=4))
        if dice.random() < 0.25:
            self._order_and_hang_up(buyer, token, key)
        self._order(buyer, token, key)
        if dice.random() < 0.1:
            self._order(buyer, token, key)

    def _put(self, buyer: Shopper, sku: str, quantity: int) -> None:
        answer = buyer.send("post", "/api/v1/basket/items", {"sku": sku, "quantity": quantity})
        if answer.status_code == 200:
            buyer.token = answer.json()["token"] or buyer.token

    def _order(self, buyer: Shopper, token: str, key: str) -> None:
        """Order, and ask again until it is settled, so that the crowd is no faster than the shop; but not for ever."""
        end = time.monotonic() + SETTLED
        while True:
            answer = buyer.order(key=key, payment_token=token, headers={"Prefer": "wait=5"})
            self._note(key, answer)
            if answer.status_code != PLACED or time.monotonic() > end:
                return
            time.sleep(ASK_AGAIN_AFTER)

    def _order_and_hang_up(self, buyer: Shopper, token: str, key: str) -> None:
        line: Any = buyer.client
        line.patience, line.timeout = 0, line.dice.uniform(*IMPATIENCE)
        try:
            self._note(key, buyer.order(key=key, payment_token=token))
        except Unanswered:
            pass
        finally:
            line.patience, line.timeout = PATIENCE, ANSWERED

    def _note(self, key: str, answer: Answer) -> None:
        if answer.status_code in (201, 202):
            self.told.setdefault(key, []).append(answer.json()["number"])
        else:
            self.refused[answer.json()["code"]] += 1
