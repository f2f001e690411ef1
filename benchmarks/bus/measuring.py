"""What is measured: the same in both houses, by turns, so that a machine that slows down does it to both."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.bus.house import LAST_SENT, House, Process, postgres_cpu_seconds, shop_processes, worker
from benchmarks.usage import cpu_seconds

Measured = dict[tuple[str, str], float]
"""What was measured, by what it is and its unit."""

ROUNDS = 3
WEB_PROCESSES = 2
PER_SECOND = 100.0  # in the measurement of delays
AT_REST_FOR = 5.0  # seconds
FORGOTTEN_BATCHES = 3
SETTLE = 3.0  # seconds that a process which has just started is left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    :param unit: what the values count.
    :param values: for each house, one of each round.
    """

    what: str
    unit: str
    values: dict[str, list[float]]

    def median(self, house: str) -> float:
        return statistics.median(self.values[house])


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The processes that run in a house for one kind of measurement; `worker` is a process id."""

    processes: list[Process]
    worker: int | None = None

    def cpu_seconds(self) -> float:
        pids = [process.pid for process in self.processes] + ([self.worker] if self.worker else [])
        return sum(cpu_seconds(pid) for pid in pids)


def measure_all(houses: list[House], *, messages: int) -> list[Figure]:
    """
    Measure everything.

    :param messages: how many are published in each round.
    """
    return [
        *_by_turns(houses, _nobody_else, lambda house, crew: _transactions(house, crew, messages // 4)),
        *_by_turns(houses, _one_web_process, lambda house, crew: _delays(house, crew, messages // 2)),
        *_by_turns(houses, _web_processes, lambda house, crew: _in_process(house, crew, messages)),
        *_by_turns(houses, _celery, lambda house, crew: _on_celery(house, crew, messages)),
        *_by_turns(houses, _one_web_process, lambda house, crew: _at_rest("dispatcher", crew.processes[0].pid)),
        *_by_turns(houses, _celery, lambda house, crew: _at_rest("Celery worker", crew.worker or 0)),
        *_by_turns(houses, _nobody_else, lambda house, crew: _forgetting(crew)),
    ]


@contextmanager
def _nobody_else(house: House) -> Iterator[Crew]:
    """A process that publishes; what it publishes stays where it is."""
    with shop_processes(house.environment(DISPATCHER_THREADS="0")) as processes:
        yield Crew(processes=processes)


@contextmanager
def _one_web_process(house: House) -> Iterator[Crew]:
    with shop_processes(house.environment()) as processes:
        yield Crew(processes=processes)


@contextmanager
def _web_processes(house: House) -> Iterator[Crew]:
    with shop_processes(house.environment(), WEB_PROCESSES) as processes:
        yield Crew(processes=processes)


@contextmanager
def _celery(house: House) -> Iterator[Crew]:
    """A web process, which only relays, and a worker for all contexts."""
    environment = house.environment(with_broker=True)
    with worker(environment) as pid, shop_processes(environment) as processes:
        yield Crew(processes=processes, worker=pid)


def _transactions(house: House, crew: Crew, count: int) -> Measured:
    since = house.ask(LAST_SENT)
    crew.processes[0].tell("transactions", count=count)
    alone, publishing = crew.processes[0].answer()
    house.administrator.execute(f"DELETE FROM catalog.messaging_outboxmessage WHERE id > {int(since)}".encode())
    return {("a transaction", "ms"): alone, ("the same that publishes", "ms"): publishing}


def _delays(house: House, crew: Crew, count: int) -> Measured:
    since = house.ask(LAST_SENT)
    crew.processes[0].tell("delays", count=count, per_second=PER_SECOND)
    delays = statistics.quantiles(crew.processes[0].answer(), n=100)
    house.wait_for_rest(count, since=since)
    return {("in process, commit to handled, p50", "ms"): delays[49], ("the same, p99", "ms"): delays[98]}


def _in_process(house: House, crew: Crew, count: int) -> Measured:
    found: Measured = {}
    for at_once in (1, 10):
        what = f"in process, published {at_once} at a time"
        found |= _rate(house, crew, count, what, "publish_many", at_once=at_once)
    return found


def _on_celery(house: House, crew: Crew, count: int) -> Measured:
    found = _rate(house, crew, count, "bare Celery task", "send_bare_tasks")
    for at_once in (1, 10):
        what = f"on Celery, published {at_once} at a time"
        found |= _rate(house, crew, count, what, "publish_many", at_once=at_once)
    return found


def _rate(house: House, crew: Crew, count: int, what: str, job: str, **parameters: int) -> Measured:
    """Measure from the first that is sent until all are handled and confirmed; each process sends its share."""
    since, share = house.ask(LAST_SENT), count // len(crew.processes)
    used, began = crew.cpu_seconds() + postgres_cpu_seconds(), time.perf_counter()
    for process in crew.processes:
        process.tell(job, count=share, **parameters)
    for process in crew.processes:
        process.answer()
    house.wait_for_rest(share * len(crew.processes), since=since)
    per_second = count / (time.perf_counter() - began)
    used = crew.cpu_seconds() + postgres_cpu_seconds() - used
    return {(what, "per second"): per_second, (what, "CPU ms each"): used * 1000 / count}


def _at_rest(what: str, pid: int) -> Measured:
    used, began = cpu_seconds(pid), time.perf_counter()
    time.sleep(AT_REST_FOR)
    return {(f"{what} at rest", "% CPU"): (cpu_seconds(pid) - used) * 100 / (time.perf_counter() - began)}


def _forgetting(crew: Crew) -> Measured:
    crew.processes[0].tell("forgotten_per_second", batches=FORGOTTEN_BATCHES)
    return {("retention forgets", "per second"): crew.processes[0].answer()}


def _by_turns(
    houses: list[House],
    start: Callable[[House], AbstractContextManager[Crew]],
    measure: Callable[[House, Crew], Measured],
) -> list[Figure]:
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    with ExitStack() as stack:
        crews = [stack.enter_context(start(house)) for house in houses]
        time.sleep(SETTLE)
        for house, crew in zip(houses, crews, strict=True):
            measure(house, crew)  # to warm up: connections, plans, and a worker that may still be starting
        for number in range(1, ROUNDS + 1):
            print(f"{start.__name__.strip('_').replace('_', ' ')}, round {number} of {ROUNDS} …", flush=True)
            for house, crew in zip(houses, crews, strict=True):
                for name, value in measure(house, crew).items():
                    found.setdefault(name, {}).setdefault(house.name, []).append(value)
    return [Figure(what=what, unit=unit, values=values) for (what, unit), values in found.items()]
