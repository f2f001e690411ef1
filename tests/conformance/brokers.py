"""The brokers, as a test sees them: it may start them, kill them, and let them forget."""

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
        """End it at once, if it runs; what it held is lost, unless that is what it is for to keep it."""
        ...

    def wipe(self) -> None:
        """Kill it, and let it find nothing when it is started again."""
        ...

    def purge(self) -> None:
        """Let it forget all, its queues and bindings included, while everybody stays connected."""
        ...

    def waiting(self) -> int:
        """Return how many messages lie in the queues of these contexts."""
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
        self.kill()  # it keeps nothing

    def purge(self) -> None:
        self.client.flushall()

    def waiting(self) -> int:
        return sum(self.client.llen(context) for context in CONTEXTS)
