"""The brokers that tests start, kill, purge and wipe."""

from contextlib import ExitStack
from typing import Protocol

import redis

from tests.messaging.celery.processes import HOST, broker
from tests.server import free_port

CONTEXTS = ("ordering", "catalog", "basket")


class Broker(Protocol):
    url: str

    def start(self) -> None: ...

    def kill(self) -> None:
        """Kill it, if it runs; it loses its messages, unless it is a broker that stores them."""
        ...

    def wipe(self) -> None:
        """Kill it, and delete its data, so that it starts empty the next time."""
        ...

    def purge(self) -> None:
        """Delete all its messages, queues and bindings, while clients stay connected."""
        ...

    def waiting(self) -> int:
        """Return the number of messages in the queues of these contexts."""
        ...


class NoBroker:
    url = ""

    def start(self) -> None: ...

    def kill(self) -> None: ...

    def wipe(self) -> None: ...

    def purge(self) -> None: ...

    def waiting(self) -> int:
        return 0


class Valkey:
    def __init__(self) -> None:
        self.port, self.process = free_port(), ExitStack()
        self.url = f"redis://{HOST}:{self.port}/0"
        self.client = redis.Redis(HOST, self.port)

    def start(self) -> None:
        self.process.enter_context(broker(self.port))

    def kill(self) -> None:
        self.process.close()

    def wipe(self) -> None:
        self.kill()  # it stores nothing on disk

    def purge(self) -> None:
        self.client.flushall()

    def waiting(self) -> int:
        return sum(self.client.llen(context) for context in CONTEXTS)
