"""The workers of a test, and the supervisor that starts again whichever has died."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.conformance import processes
from tests.conformance.buses import BusUnderTest

TIMEOUT = 200  # seconds until what a test waits for must be so
POLL_INTERVAL = 0.03  # seconds
LOG_TAIL = 3000  # characters


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
        worker.process.join(TIMEOUT)
        assert worker.process.exitcode == 0, f"it ended with {worker.process.exitcode}: {self._log_tail()}"

    def kill(self) -> None:
        """Kill all that are left."""
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()
        self.workers.clear()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Look again and again whether it is so, and meanwhile start anew whichever worker has died."""
        end = time.monotonic() + TIMEOUT
        while not condition():
            assert time.monotonic() < end, f"it never came to be; the workers said last: {self._log_tail()}"
            self.restart_dead()
            time.sleep(POLL_INTERVAL)

    def restart_dead(self) -> None:
        for worker in self.workers:
            if not worker.process.is_alive():
                worker.deaths += 1
                worker.process = self._process(worker.context, worker.release)

    @property
    def deaths(self) -> int:
        return sum(worker.deaths for worker in self.workers)

    def _process(self, context: str, release: str) -> ForkServerProcess:
        return processes.start(self.bus, context, folder=self.folder, release=release)

    def _log_tail(self) -> str:
        log = self.folder / "log"
        return log.read_text()[-LOG_TAIL:] if log.exists() else ""
