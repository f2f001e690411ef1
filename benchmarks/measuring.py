"""Measures one kind of request: several at once, and the CPU time used meanwhile."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from benchmarks.shop import BenchmarkFailed, Shop
from benchmarks.usage import cpu_seconds

PAGES = 5  # of the list, from the first
WARM_UP = 24  # requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    A case to measure.

    :param task: the task for `load`.
    :param paths: the paths for the task "get".
    :param count: the number of requests, or purchases, of one measurement.
    """

    operation: str
    variant: str
    task: str
    count: int
    paths: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """:param web_ms: CPU milliseconds of the web server's processes for one request, `postgres_ms` of Postgres's."""

    per_second: float
    web_ms: float
    postgres_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.postgres_ms


def cases(shop: Shop) -> list[Case]:
    """Return the cases, in the order of each round."""
    kinds = {"bare Django": "/bare-django", "bare DRF": "/bare-drf", "Markethall": "/api/v1/catalog"}
    pages = [f"?page={number + 1}" for number in range(PAGES)]
    details = [f"/{slug}" for slug in shop.slugs]
    return [
        *(_get_case("product list", variant, f"{start}/products", pages) for variant, start in kinds.items()),
        *(_get_case("product detail", variant, f"{start}/products", details) for variant, start in kinds.items()),
        Case(operation="add to basket", variant="Markethall", task="add", count=240, paths=[]),
        Case(operation="purchase", variant="Markethall", task="purchase", count=50, paths=[]),
    ]


def warm_up(shop: Shop, case: Case) -> int:
    """Do a few requests, and return how many."""
    _load(shop, case, WARM_UP)
    shop.wait_until_idle()
    return WARM_UP


def measure(shop: Shop, case: Case) -> Measurement:
    """Measure once, until everything that follows from the requests is done."""
    return _measure(shop, case.count, lambda: _load(shop, case, case.count))


def measure_deadlines(shop: Shop, orders: int) -> Measurement:
    """Measure the cost of the deadline of each of these settled orders."""
    return _measure(shop, orders, shop.bring_deadlines_forward)


def measure_idle_second(shop: Shop, seconds: int = 3) -> Measurement:
    """Measure the cost of a second without requests."""
    return _measure(shop, seconds, lambda: time.sleep(seconds))


def median(rounds: list[Measurement]) -> Measurement:
    """Return the median of each value over the rounds."""
    each = [asdict(measurement) for measurement in rounds]
    return Measurement(**{name: statistics.median(measurement[name] for measurement in each) for name in each[0]})


def spread(rounds: list[Measurement]) -> float:
    """Return the range of the rounds' CPU times, as a share of the median."""
    costs = [measurement.cpu_ms for measurement in rounds]
    return (max(costs) - min(costs)) / statistics.median(costs)


def _get_case(operation: str, variant: str, start: str, ends: list[str]) -> Case:
    return Case(operation=operation, variant=variant, task="get", count=300, paths=[f"{start}{end}" for end in ends])


def _measure(shop: Shop, count: int, work: Callable[[], object]) -> Measurement:
    web, postgres, began = cpu_seconds(shop.web), cpu_seconds(shop.postgres), time.perf_counter()
    work()
    shop.wait_until_idle()
    return Measurement(
        per_second=count / (time.perf_counter() - began),
        web_ms=(cpu_seconds(shop.web) - web) * 1000 / count,
        postgres_ms=(cpu_seconds(shop.postgres) - postgres) * 1000 / count,
    )


def _load(shop: Shop, case: Case, count: int) -> None:
    job = {"port": shop.port, "task": case.task, "paths": case.paths, "skus": shop.skus, "count": count}
    clients = subprocess.run([sys.executable, "-m", "benchmarks.load"], input=json.dumps(job), text=True)
    if clients.returncode:
        raise BenchmarkFailed(f"The clients gave up on {case.operation}: what they said is above.")
