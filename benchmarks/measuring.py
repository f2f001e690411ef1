"""Measuring one kind of request: so many of them at once, and the CPU time that went by meanwhile."""

import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from benchmarks.shop import Shop
from benchmarks.usage import cpu_seconds

PAGES = 5  # the demo's catalogue has as many full ones
WARM_UP = 40  # requests


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
    return [
        *(
            _getting("product list", by, [f"{at}/products?page={n + 1}" for n in range(PAGES)])
            for by, at in kinds.items()
        ),
        *(_getting("product detail", by, [f"{at}/products/{slug}" for slug in shop.slugs]) for by, at in kinds.items()),
        Subject(what="add to basket", by="Markethall", task="add", count=320, paths=[]),
        Subject(what="purchase", by="Markethall", task="purchase", count=60, paths=[]),
    ]


def warm_up(shop: Shop, subject: Subject) -> int:
    """Do a few of them, and return how many."""
    _load(shop, subject, WARM_UP)
    shop.wait_for_rest()
    return WARM_UP


def measure(shop: Shop, subject: Subject) -> Figures:
    """Measure once, until everything is done that follows from the requests."""
    web, postgres = cpu_seconds(shop.web), cpu_seconds(shop.postgres)
    seconds = _load(shop, subject, subject.count)
    answered = time.perf_counter()
    shop.wait_for_rest()
    seconds += time.perf_counter() - answered
    return Figures(
        per_second=subject.count / seconds,
        web_ms=(cpu_seconds(shop.web) - web) * 1000 / subject.count,
        postgres_ms=(cpu_seconds(shop.postgres) - postgres) * 1000 / subject.count,
    )


def idle(shop: Shop, seconds: float = 3.0) -> Figures:
    """Measure what a second costs in which nobody asks for anything."""
    web, postgres = cpu_seconds(shop.web), cpu_seconds(shop.postgres)
    time.sleep(seconds)
    return Figures(
        per_second=0,
        web_ms=(cpu_seconds(shop.web) - web) * 1000 / seconds,
        postgres_ms=(cpu_seconds(shop.postgres) - postgres) * 1000 / seconds,
    )


def median(rounds: list[Figures]) -> Figures:
    """Return the median of each figure over the rounds."""
    each = [asdict(figures) for figures in rounds]
    return Figures(**{name: statistics.median(figures[name] for figures in each) for name in each[0]})


def spread(rounds: list[Figures]) -> float:
    """Return how far apart the rounds are in CPU time, as a share of the median."""
    costs = [figures.cpu_ms for figures in rounds]
    return (max(costs) - min(costs)) / statistics.median(costs)


def _getting(what: str, by: str, paths: list[str]) -> Subject:
    return Subject(what=what, by=by, task="get", count=400, paths=paths)


def _load(shop: Shop, subject: Subject, count: int) -> float:
    job = {"port": shop.port, "task": subject.task, "paths": subject.paths, "skus": shop.skus, "count": count}
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)
