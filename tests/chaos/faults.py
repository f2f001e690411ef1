"""The faults of a run: which process is killed when, and for how long it is down; the seed determines them."""

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
DOWNTIME = (0.0, 3.0)  # seconds until a process is started again
LOGIN_REFUSED = (4.0, 20.0)  # seconds without login to the database; a pool waits for ten
LONG_DOWNTIME = (8.0, 15.0)  # seconds for which the broker is down now and then

TERMINATE_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"

Fault = Callable[[], None]


class Faults:
    """:ivar injected: the number of times that each fault was injected, by its name."""

    def __init__(self, environment: Environment, *, seed: int) -> None:
        self.environment, self.rng = environment, Random(f"{seed} faults")
        self.injected: Counter[str] = Counter()
        self._upcoming: list[tuple[str, Fault]] = []
        self._stopped = Event()
        self._began = time.monotonic()

    def inject_next(self) -> None:
        """Inject the next fault, after a pause: each fault once, in random order, and then all again."""
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
        """Inject no further fault; one that has begun still ends."""
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
        yield "broker killed, and down for longer", partial(self._kill, environment.broker, downtime=LONG_DOWNTIME)
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
        """End the database connections of one context, and refuse its login for a while."""
        login = self.rng.choice(list(settings.CONTEXTS))
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
            administrator.execute(f"ALTER ROLE {login} NOLOGIN".encode())
            try:
                administrator.execute(TERMINATE_CONNECTIONS, [login])
                time.sleep(self.rng.uniform(*LOGIN_REFUSED))
            finally:
                administrator.execute(f"ALTER ROLE {login} LOGIN".encode())
