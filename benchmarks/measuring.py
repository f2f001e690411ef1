"""Measuring one kind of request: so many of them at once, and the CPU time that went by meanwhile."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from benchmarks.shop import Shop, ShopMisbehaved
from benchmarks.usage import cpu_seconds

PAGES = 5  # of the list, from the first
WARM_UP = 24  # requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    What is measured.

    :param task: what `load` is asked to do.
    :param paths: what to get, where the task is that.
    :param count: how many requests, or purchases, make one measurement.
    """

    what: str
    by: str
    task: str
    count: int
    paths: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """:param web_ms: CPU milliseconds of the web server's processes for one request, `postgres_ms` of Postgres's."""

    per_second: float
    web_ms: float
    postgres_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.postgres_ms


def subjects(shop: Shop) -> list[Subject]:
    """Return what is measured, in the order in which each round does it."""
    kinds = {"bare Django": "/bare-django", "bare DRF": "/bare-drf", "Markethall": "/api/v1/catalog"}
    pages = [f"?page={number + 1}" for number in range(PAGES)]
    details = [f"/{slug}" for slug in shop.slugs]
    return [
        *(_getting("product list", by, f"{start}/products", pages) for by, start in kinds.items()),
        *(_getting("product detail", by, f"{start}/products", details) for by, start in kinds.items()),
        Subject(what="add to basket", by="Markethall", task="add", count=240, paths=[]),
        Subject(what="purchase", by="Markethall", task="purchase", count=50, paths=[]),
    ]


def warm_up(shop: Shop, subject: Subject) -> int:
    """Do a few of them, and return how many."""
    _load(shop, subject, WARM_UP)
    shop.wait_for_rest()
    return WARM_UP


def measure(shop: Shop, subject: Subject) -> Figures:
    """Measure once, until everything is done that follows from the requests."""
    return _cost(shop, subject.count, lambda: _load(shop, subject, subject.count))


def measure_deadlines(shop: Shop, orders: int) -> Figures:
    """Measure what each of so many settled orders costs once more when its deadline comes."""
    return _cost(shop, orders, shop.bring_deadlines_forward)


def measure_idleness(shop: Shop, seconds: int = 3) -> Figures:
    """Measure what a second costs in which nobody asks for anything."""
    return _cost(shop, seconds, lambda: time.sleep(seconds))


def median(rounds: list[Figures]) -> Figures:
    """Return the median of each figure over the rounds."""
    each = [asdict(figures) for figures in rounds]
    return Figures(**{name: statistics.median(figures[name] for figures in each) for name in each[0]})


def spread(rounds: list[Figures]) -> float:
    """Return how far apart the rounds are in CPU time, as a share of the median."""
    costs = [figures.cpu_ms for figures in rounds]
    return (max(costs) - min(costs)) / statistics.median(costs)


def _getting(what: str, by: str, start: str, ends: list[str]) -> Subject:
    return Subject(what=what, by=by, task="get", count=300, paths=[f"{start}{end}" for end in ends])


def _cost(shop: Shop, count: int, do: Callable[[], object]) -> Figures:
    web, postgres, began = cpu_seconds(shop.web), cpu_seconds(shop.postgres), time.perf_counter()
    do()
    shop.wait_for_rest()
    return Figures(
        per_second=count / (time.perf_counter() - began),
        web_ms=(cpu_seconds(shop.web) - web) * 1000 / count,
        postgres_ms=(cpu_seconds(shop.postgres) - postgres) * 1000 / count,
    )


def _load(shop: Shop, subject: Subject, count: int) -> None:
    job = {"port": shop.port, "task": subject.task, "paths": subject.paths, "skus": shop.skus, "count": count}
    clients = subprocess.run([sys.executable, "-m", "benchmarks.load"], input=json.dumps(job), text=True)
    if clients.returncode:
        raise ShopMisbehaved(f"The clients gave up on {subject.what}: what they said is above.")
