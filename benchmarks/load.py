"""
The clients, in a process of their own so that their CPU time is not counted: `python -m benchmarks.load` reads its task
as JSON from standard input.
"""

import http.client
import itertools
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

CLIENTS = 4
ADDS = 4  # to each basket
COUPON = "WELCOME10"
CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
ORDER = {
    "delivery_address": {
        "name": "Robin Example",
        "line1": "1 Market Street",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
    },
    "delivery_note": "Leave it with the neighbour",
    "shipping_method": "standard",
    "email": "robin@example.com",
}


class Client:
    """A client of the shop's API, with one connection and one basket."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """
        Return the answer.

        :raises SystemExit: the shop refused.
        """
        content = None if body is None else json.dumps(body).encode()
        headers |= {"Content-Type": "application/json"} if content else {}
        headers |= {"X-Basket-Token": self.token} if self.token else {}
        self.connection.request(method, path, content, headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= http.client.BAD_REQUEST:
            raise SystemExit(f"{method} {path} answered {response.status}: {text.decode()}")
        return json.loads(text)

    def add(self, sku: str) -> None:
        basket = self.call("POST", "/api/v1/basket/items", {"sku": sku, "quantity": 1})
        self.token = basket["token"] or self.token

    def fill(self, skus: list[str]) -> None:
        self.token = ""
        for sku in skus:
            self.add(sku)

    def purchase(self, skus: list[str]) -> None:
        self.fill(skus)
        self.call("PUT", "/api/v1/basket/coupon", {"code": COUPON})
        self.call("POST", "/api/v1/orders/quote", {"shipping_method": "standard"})
        card = self.call("POST", "/demo-payments/tokens", CARD)["token"]
        key = {"Idempotency-Key": str(uuid4())}
        self.call("POST", "/api/v1/orders", ORDER | {"payment_token": card}, **key)


def run(*, port: int, task: str, paths: list[str], skus: list[str], count: int) -> None:
    """
    Do a task `count` times.

    :param task: "get" one of the paths, "add" one of the SKUs, or "purchase" two of them.
    :raises SystemExit: the shop refused a request.
    """
    numbers = itertools.count()
    rounds = count // ADDS if task == "add" else count

    def work() -> None:
        client = Client(port)
        while (number := next(numbers)) < rounds:
            chosen = [skus[(number * ADDS + offset) % len(skus)] for offset in range(ADDS)] if skus else []
            match task:
                case "get":
                    client.call("GET", paths[number % len(paths)])
                case "add":
                    client.fill(chosen)
                case "purchase":
                    client.purchase(chosen[:2])

    with ThreadPoolExecutor(CLIENTS) as threads:
        for client in [threads.submit(work) for _ in range(CLIENTS)]:
            client.result()


if __name__ == "__main__":
    run(**json.load(sys.stdin))
