"""The workers of a test, and the supervisor that starts again whichever has died."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.conformity import processes
from tests.conformity.buses import BusUnderTest

PATIENCE = 200  # seconds until what a test waits for must be so
LOOK_EVERY = 0.03  # seconds
LAST_WORDS = 3000  # characters


@dataclass
class Worker:
    context: str
    release: str
    process: ForkServerProcess
    deaths: int = 0


@dataclass
class Fleet:
    bus: BusUnderTest
    folder: Path
    workers: list[Worker] = field(default_factory=list)

    def start(self, *contexts: str, release: str = "newer") -> list[Worker]:
        """Start a worker for each of these contexts; one may be named more than once."""
        started = [Worker(context, release, self._process(context, release)) for context in contexts]
        self.workers += started
        return started

    def end(self, worker: Worker) -> None:
        """Ask it to end, as a deployment does, and wait until it has: what it is at, it does first."""
        self.workers.remove(worker)
        worker.process.terminate()
        worker.process.join(PATIENCE)
        assert worker.process.exitcode == 0, f"it ended with {worker.process.exitcode}: {self._last_words()}"

    def kill(self) -> None:
        """Kill all that are left."""
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()
        self.workers.clear()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Look again and again whether it is so, and meanwhile start anew whichever worker has died."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"it never came to be; the workers said last: {self._last_words()}"
            self.revive()
            time.sleep(LOOK_EVERY)

    def revive(self) -> None:
        for worker in self.workers:
            if not worker.process.is_alive():
                worker.deaths += 1
                worker.process = self._process(worker.context, worker.release)

    @property
    def deaths(self) -> int:
        return sum(worker.deaths for worker in self.workers)

    def _process(self, context: str, release: str) -> ForkServerProcess:
        return processes.start(self.bus, context, folder=self.folder, release=release)

    def _last_words(self) -> str:
        log = self.folder / "log"
        return log.read_text()[-LAST_WORDS:] if log.exists() else ""
