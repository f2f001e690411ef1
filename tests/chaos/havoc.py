"""What befalls the shop: which part is killed when, and for how long it stays away; the seed says so."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from threading import Event

import psycopg
from django.conf import settings

from tests.chaos.house import House, Part

BRISK, CALM = (0.5, 3.0), (3.0, 15.0)  # seconds from one blow to the next, at first and later
AWAY = (0.0, 3.0)  # seconds until a part is started again
REFUSED = (4.0, 20.0)  # seconds for which a context cannot sign in to its database; a pool waits for ten
LONG_AWAY = (8.0, 15.0)  # seconds for which the broker is away now and then

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"

Blow = Callable[[], None]


class Havoc:
    """:ivar struck: how often what has happened."""

    def __init__(self, house: House, *, seed: int) -> None:
        self.house, self.dice = house, Random(f"{seed} havoc")
        self.struck: Counter[str] = Counter()
        self._to_come: list[tuple[str, Blow]] = []
        self._called_off = Event()
        self._began = time.monotonic()

    def strike(self) -> None:
        """Let the next thing happen, after a pause: everything once, in an order of the seed's, and then anew."""
        pause = CALM if self.has_struck_all else BRISK
        if not self._to_come:
            self._to_come = list(self._blows())
            self.dice.shuffle(self._to_come)
        name, blow = self._to_come.pop()
        if not self._called_off.wait(self.dice.uniform(*pause)):
            print(f"{time.monotonic() - self._began:7.1f} s  {name}", flush=True)
            blow()
            self.struck[name] += 1

    @property
    def has_struck_all(self) -> bool:
        return len(self.struck) == len(list(self._blows()))

    def call_off(self) -> None:
        """Let nothing happen any more, once what has begun is over."""
        self._called_off.set()

    @property
    def is_called_off(self) -> bool:
        return self._called_off.is_set()

    def _blows(self) -> Iterator[tuple[str, Blow]]:
        house = self.house
        for part in [*house.workers, *house.webs, house.broker, house.database]:
            yield f"{part.name} killed", partial(self._kill, part)
        yield "broker killed, its data lost", partial(self._kill, house.broker, meanwhile=house.forget_messages)
        yield "broker killed, and away for longer", partial(self._kill, house.broker, away=LONG_AWAY)
        yield "all killed but Postgres", partial(self._kill, house.broker, *house.workers, *house.webs)
        yield "a context refused by its database", self._refuse

    def _kill(
        self, *parts: Part, away: tuple[float, float] = AWAY, meanwhile: Callable[[], None] | None = None
    ) -> None:
        for part in parts:
            part.kill()
        if meanwhile:
            meanwhile()
        time.sleep(self.dice.uniform(*away))
        for part in parts:
            part.start()

    def _refuse(self) -> None:
        """Let one context's database hang up, and not let the context in again for a while."""
        login = self.dice.choice(list(settings.CONTEXTS))
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
            administrator.execute(f"ALTER ROLE {login} NOLOGIN".encode())
            try:
                administrator.execute(HANG_UP, [login])
                time.sleep(self.dice.uniform(*REFUSED))
            finally:
                administrator.execute(f"ALTER ROLE {login} LOGIN".encode())
