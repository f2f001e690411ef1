"""The workers of a test, and the supervisor that restarts those that have died."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.conformance import processes
from tests.conformance.buses import BusUnderTest

TIMEOUT = 200  # seconds within which the condition of a test must become true
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
        """Stop a worker with SIGTERM, as a deployment does, and wait until it has finished its work and ended."""
        self.workers.remove(worker)
        worker.process.terminate()
        worker.process.join(TIMEOUT)
        assert worker.process.exitcode == 0, f"it ended with {worker.process.exitcode}: {self._log_tail()}"

    def kill(self) -> None:
        """Kill all workers."""
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()
        self.workers.clear()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Poll the condition until it is true, and meanwhile restart workers that have died."""
        end = time.monotonic() + TIMEOUT
        while not condition():
            assert time.monotonic() < end, (
                f"the condition never became true; the workers' last output: {self._log_tail()}"
            )
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
