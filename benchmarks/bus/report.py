"""The figures as a table, with what they are to reach."""

import os

from benchmarks.bus.measuring import Figure

LAYOUT = "{:40}{:>12}{:>10}{:>10}{:>8}   {}"
HOUSES = ("empty", "full")
AT_LEAST = {("in process, published 10 at a time", "per second"): 1000.0}
AT_MOST = {
    ("the same, p99", "ms"): 20.0,
    ("dispatcher at rest", "% CPU"): 1.0,
    ("Celery worker at rest", "% CPU"): 1.0,
}
LEAST_SHARE_OF_BARE = 0.4
MOST_MS_OF_PUBLISHING = 0.5


def table(figures: list[Figure]) -> str:
    """Return the findings for people: medians of the rounds, with empty tables and with full ones."""
    lines = [LAYOUT.format("", "", "empty", "full", "ratio", "target, with empty tables").rstrip()]
    for figure in figures:
        values = [figure.median(house) for house in HOUSES]
        lines.append(_line(figure.what, figure.unit, values, _verdict((figure.what, figure.unit), values[0])))
    medians = {(figure.what, figure.unit): figure for figure in figures}
    alone, publishing = medians["a transaction", "ms"], medians["the same that publishes", "ms"]
    adds = [publishing.median(house) - alone.median(house) for house in HOUSES]
    lines.append(_line("publishing adds", "ms", adds, _at_most(adds[0], MOST_MS_OF_PUBLISHING)))
    for number in (1, 10):
        bus, bare = medians[f"on Celery, published {number} at a time", "per second"], "bare Celery task"
        shares = [bus.median(house) / medians[bare, "per second"].median(house) for house in HOUSES]
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
