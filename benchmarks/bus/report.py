"""The measurements as a table, with their targets."""

import os

from benchmarks.bus.measuring import Measurement

LAYOUT = "{:40}{:>12}{:>10}{:>10}{:>8}   {}"
ENVIRONMENTS = ("empty", "full")
AT_LEAST = {("in process, published 10 at a time", "per second"): 1000.0}
AT_MOST = {
    ("the same, p99", "ms"): 20.0,
    ("dispatcher idle", "% CPU"): 1.0,
    ("Celery worker idle", "% CPU"): 1.0,
}
LEAST_SHARE_OF_BARE = 0.4
MOST_MS_OF_PUBLISHING = 0.5


def table(measurements: list[Measurement]) -> str:
    """Return a table of the medians of all rounds, with empty tables and with full ones."""
    lines = [LAYOUT.format("", "", "empty", "full", "ratio", "target, with empty tables").rstrip()]
    for measurement in measurements:
        values = [measurement.median(environment) for environment in ENVIRONMENTS]
        lines.append(
            _line(measurement.what, measurement.unit, values, _verdict((measurement.what, measurement.unit), values[0]))
        )
    medians = {(measurement.what, measurement.unit): measurement for measurement in measurements}
    alone, publishing = medians["a transaction", "ms"], medians["the same that publishes", "ms"]
    adds = [publishing.median(environment) - alone.median(environment) for environment in ENVIRONMENTS]
    lines.append(_line("publishing adds", "ms", adds, _at_most(adds[0], MOST_MS_OF_PUBLISHING)))
    for number in (1, 10):
        bus, bare = medians[f"on Celery, published {number} at a time", "per second"], "bare Celery task"
        shares = [
            bus.median(environment) / medians[bare, "per second"].median(environment) for environment in ENVIRONMENTS
        ]
        lines.append(
            _line(f"on Celery, {number} at a time", "of bare", shares, _at_least(shares[0], LEAST_SHARE_OF_BARE))
        )
    lines.append(f"load average at the end: {os.getloadavg()[0]:.1f}, of {os.cpu_count()} processors")
    return "\n".join(lines)


def _line(what: str, unit: str, values: list[float], verdict: str) -> str:
    empty, full = values
    ratio = f"{full / empty:.2f}" if empty else ""
    return LAYOUT.format(what, unit, f"{empty:.2f}", f"{full:.2f}", ratio, verdict).rstrip()


def _verdict(name: tuple[str, str], value: float) -> str:
    if name in AT_LEAST:
        return _at_least(value, AT_LEAST[name])
    return _at_most(value, AT_MOST[name]) if name in AT_MOST else ""


def _at_least(value: float, limit: float) -> str:
    return f">= {limit:g} {'met' if value >= limit else 'MISSED'}"


def _at_most(value: float, limit: float) -> str:
    return f"<= {limit:g} {'met' if value <= limit else 'MISSED'}"
