"""What befalls the shop: which part is killed when, and for how long it stays away; the seed says so."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from threading import Event

import psycopg
from django.conf import settings

from tests.chaos.environment import Environment, ManagedProcess

FIRST_PAUSES, LATER_PAUSES = (0.5, 3.0), (3.0, 15.0)  # seconds from one fault to the next, at first and later
DOWNTIME = (0.0, 3.0)  # seconds until a part is started again
LOGIN_REFUSED = (4.0, 20.0)  # seconds for which a context cannot sign in to its database; a pool waits for ten
LONG_DOWNTIME = (8.0, 15.0)  # seconds for which the broker is away now and then

TERMINATE_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"

Fault = Callable[[], None]


class Faults:
    """:ivar injected: how often what has happened."""

    def __init__(self, environment: Environment, *, seed: int) -> None:
        self.environment, self.rng = environment, Random(f"{seed} faults")
        self.injected: Counter[str] = Counter()
        self._upcoming: list[tuple[str, Fault]] = []
        self._stopped = Event()
        self._began = time.monotonic()

    def inject_next(self) -> None:
        """Let the next thing happen, after a pause: everything once, in an order of the seed's, and then anew."""
        pause = LATER_PAUSES if self.has_injected_all else FIRST_PAUSES
        if not self._upcoming:
            self._upcoming = list(self._all_faults())
            self.rng.shuffle(self._upcoming)
        name, fault = self._upcoming.pop()
        if not self._stopped.wait(self.rng.uniform(*pause)):
            print(f"{time.monotonic() - self._began:7.1f} s  {name}", flush=True)
            fault()
            self.injected[name] += 1

    @property
    def has_injected_all(self) -> bool:
        return len(self.injected) == len(list(self._all_faults()))

    def stop(self) -> None:
        """Let nothing happen any more, once what has begun is over."""
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def _all_faults(self) -> Iterator[tuple[str, Fault]]:
        environment = self.environment
        for part in [*environment.workers, *environment.webs, environment.broker, environment.database]:
            yield f"{part.name} killed", partial(self._kill, part)
        yield (
            "broker killed, its data lost",
            partial(self._kill, environment.broker, meanwhile=environment.delete_broker_data),
        )
        yield "broker killed, and away for longer", partial(self._kill, environment.broker, downtime=LONG_DOWNTIME)
        yield (
            "all killed but Postgres",
            partial(self._kill, environment.broker, *environment.workers, *environment.webs),
        )
        yield "a context refused by its database", self._refuse

    def _kill(
        self,
        *parts: ManagedProcess,
        downtime: tuple[float, float] = DOWNTIME,
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        for part in parts:
            part.kill()
        if meanwhile:
            meanwhile()
        time.sleep(self.rng.uniform(*downtime))
        for part in parts:
            part.start()

    def _refuse(self) -> None:
        """Let one context's database hang up, and not let the context in again for a while."""
        login = self.rng.choice(list(settings.CONTEXTS))
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
            administrator.execute(f"ALTER ROLE {login} NOLOGIN".encode())
            try:
                administrator.execute(TERMINATE_CONNECTIONS, [login])
                time.sleep(self.rng.uniform(*LOGIN_REFUSED))
            finally:
                administrator.execute(f"ALTER ROLE {login} LOGIN".encode())
