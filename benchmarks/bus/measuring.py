"""The measurements: they alternate between the environments, so that a slower machine affects both."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.bus.environment import LAST_SENT, Environment, Process, postgres_cpu_seconds, shop_processes, worker
from benchmarks.usage import cpu_seconds

Measured = dict[tuple[str, str], float]
"""Measured values, by name and unit."""

ROUNDS = 3
WEB_PROCESSES = 2
PER_SECOND = 100.0  # in the measurement of delays
IDLE_FOR = 5.0  # seconds
DELETED_BATCHES = 3
SETTLE = 3.0  # seconds between the start of the processes and the first measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """
    :param unit: of the values.
    :param values: for each environment, one value from each round.
    """

    what: str
    unit: str
    values: dict[str, list[float]]

    def median(self, environment: str) -> float:
        return statistics.median(self.values[environment])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProcesses:
    """The processes that run in an environment for one kind of measurement; `worker` is a process id."""

    processes: list[Process]
    worker: int | None = None

    def cpu_seconds(self) -> float:
        pids = [process.pid for process in self.processes] + ([self.worker] if self.worker else [])
        return sum(cpu_seconds(pid) for pid in pids)


def measure_all(environments: list[Environment], *, messages: int) -> list[Measurement]:
    """
    Return all measurements.

    :param messages: the number of messages published in each round.
    """
    return [
        *_alternating(
            environments, _publisher_only, lambda environment, shop: _transactions(environment, shop, messages // 4)
        ),
        *_alternating(
            environments, _one_web_process, lambda environment, shop: _delays(environment, shop, messages // 2)
        ),
        *_alternating(environments, _web_processes, lambda environment, shop: _in_process(environment, shop, messages)),
        *_alternating(environments, _celery, lambda environment, shop: _on_celery(environment, shop, messages)),
        *_alternating(
            environments, _one_web_process, lambda environment, shop: _idle("dispatcher", shop.processes[0].pid)
        ),
        *_alternating(environments, _celery, lambda environment, shop: _idle("Celery worker", shop.worker or 0)),
        *_alternating(environments, _publisher_only, lambda environment, shop: _deleting(shop)),
    ]


@contextmanager
def _publisher_only(environment: Environment) -> Iterator[ShopProcesses]:
    """A process that publishes; its messages stay in the outbox."""
    with shop_processes(environment.variables(DISPATCHER_THREADS="0")) as processes:
        yield ShopProcesses(processes=processes)


@contextmanager
def _one_web_process(environment: Environment) -> Iterator[ShopProcesses]:
    with shop_processes(environment.variables()) as processes:
        yield ShopProcesses(processes=processes)


@contextmanager
def _web_processes(environment: Environment) -> Iterator[ShopProcesses]:
    with shop_processes(environment.variables(), WEB_PROCESSES) as processes:
        yield ShopProcesses(processes=processes)


@contextmanager
def _celery(environment: Environment) -> Iterator[ShopProcesses]:
    """A web process, which only relays, and a worker for all contexts."""
    variables = environment.variables(with_broker=True)
    with worker(variables) as pid, shop_processes(variables) as processes:
        yield ShopProcesses(processes=processes, worker=pid)


def _transactions(environment: Environment, shop: ShopProcesses, count: int) -> Measured:
    since = environment.query(LAST_SENT)
    shop.processes[0].send("transactions", count=count)
    alone, publishing = shop.processes[0].result()
    environment.administrator.execute(f"DELETE FROM catalog.messaging_outboxmessage WHERE id > {int(since)}".encode())
    return {("a transaction", "ms"): alone, ("the same that publishes", "ms"): publishing}


def _delays(environment: Environment, shop: ShopProcesses, count: int) -> Measured:
    since = environment.query(LAST_SENT)
    shop.processes[0].send("delays", count=count, per_second=PER_SECOND)
    delays = statistics.quantiles(shop.processes[0].result(), n=100)
    environment.wait_until_idle(count, since=since)
    return {("in process, commit to handled, p50", "ms"): delays[49], ("the same, p99", "ms"): delays[98]}


def _in_process(environment: Environment, shop: ShopProcesses, count: int) -> Measured:
    results: Measured = {}
    for at_once in (1, 10):
        what = f"in process, published {at_once} at a time"
        results |= _rate(environment, shop, count, what, "publish_many", at_once=at_once)
    return results


def _on_celery(environment: Environment, shop: ShopProcesses, count: int) -> Measured:
    results = _rate(environment, shop, count, "bare Celery task", "send_bare_tasks")
    for at_once in (1, 10):
        what = f"on Celery, published {at_once} at a time"
        results |= _rate(environment, shop, count, what, "publish_many", at_once=at_once)
    return results


def _rate(
    environment: Environment, shop: ShopProcesses, count: int, what: str, job: str, **parameters: int
) -> Measured:
    """Measure from the first message until all are handled and acknowledged; each process sends its share."""
    since, share = environment.query(LAST_SENT), count // len(shop.processes)
    used, began = shop.cpu_seconds() + postgres_cpu_seconds(), time.perf_counter()
    for process in shop.processes:
        process.send(job, count=share, **parameters)
    for process in shop.processes:
        process.result()
    environment.wait_until_idle(share * len(shop.processes), since=since)
    per_second = count / (time.perf_counter() - began)
    used = shop.cpu_seconds() + postgres_cpu_seconds() - used
    return {(what, "per second"): per_second, (what, "CPU ms each"): used * 1000 / count}


def _idle(what: str, pid: int) -> Measured:
    used, began = cpu_seconds(pid), time.perf_counter()
    time.sleep(IDLE_FOR)
    return {(f"{what} idle", "% CPU"): (cpu_seconds(pid) - used) * 100 / (time.perf_counter() - began)}


def _deleting(shop: ShopProcesses) -> Measured:
    shop.processes[0].send("deleted_per_second", batches=DELETED_BATCHES)
    return {("retention deletes", "per second"): shop.processes[0].result()}


def _alternating(
    environments: list[Environment],
    start: Callable[[Environment], AbstractContextManager[ShopProcesses]],
    measure: Callable[[Environment, ShopProcesses], Measured],
) -> list[Measurement]:
    results: dict[tuple[str, str], dict[str, list[float]]] = {}
    with ExitStack() as stack:
        shops = [stack.enter_context(start(environment)) for environment in environments]
        time.sleep(SETTLE)
        for environment, shop in zip(environments, shops, strict=True):
            measure(environment, shop)  # to warm up: connections, plans, and a worker that may still be starting
        for number in range(1, ROUNDS + 1):
            print(f"{start.__name__.strip('_').replace('_', ' ')}, round {number} of {ROUNDS} …", flush=True)
            for environment, shop in zip(environments, shops, strict=True):
                for name, value in measure(environment, shop).items():
                    results.setdefault(name, {}).setdefault(environment.name, []).append(value)
    return [Measurement(what=what, unit=unit, values=values) for (what, unit), values in results.items()]
