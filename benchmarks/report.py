"""The figures as a table, with what they are to reach."""

import json
from dataclasses import asdict

from benchmarks.measuring import Figures, Subject, median, spread

ADD_MS, PURCHASE_MS = 6.0, 60.0  # CPU, web and Postgres together
RESIDENT_MB = 150.0

Measured = list[tuple[Subject, list[Figures]]]


def table(measured: Measured, idle: Figures, resident_mb: float) -> str:
    """Return everything that was measured, for people."""
    targets = _targets(measured)
    lines = [f"{'':16}{'':13}{'per second':>10}{'web ms':>9}{'Postgres ms':>13}{'CPU ms':>9}{'spread':>8}   target"]
    for subject, rounds in measured:
        figures = median(rounds)
        lines.append(
            f"{subject.what:16}{subject.by:13}{figures.per_second:10.1f}{figures.web_ms:9.2f}"
            f"{figures.postgres_ms:13.2f}{figures.cpu_ms:9.2f}{spread(rounds):8.0%}"
            f"   {_verdict(figures.cpu_ms, targets.get((subject.what, subject.by)))}"
        )
    lines += [
        f"{'an idle second':29}{'':10}{idle.web_ms:9.2f}{idle.postgres_ms:13.2f}{idle.cpu_ms:9.2f}",
        f"{'memory of the web process':29}{resident_mb:41.0f} MB {'':8}{_verdict(resident_mb, RESIDENT_MB)}",
    ]
    return "\n".join(line.rstrip() for line in lines)


def document(measured: Measured, idle: Figures, resident_mb: float) -> str:
    """Return the same as JSON, each round included, for programs."""
    rows = [
        {"what": subject.what, "by": subject.by, "count": subject.count, "rounds": [asdict(one) for one in rounds]}
        for subject, rounds in measured
    ]
    return json.dumps({"measured": rows, "idle_second": asdict(idle), "resident_mb": resident_mb}, indent=2)


def _targets(measured: Measured) -> dict[tuple[str, str], float]:
    """Return what each of the shop's own costs may be; for reading, that of the bare DRF view of this very run."""
    bare = {subject.what: median(rounds).cpu_ms for subject, rounds in measured if subject.by == "bare DRF"}
    limits = bare | {"add to basket": ADD_MS, "purchase": PURCHASE_MS}
    return {(what, "Markethall"): limit for what, limit in limits.items()}


def _verdict(cost: float, limit: float | None) -> str:
    if limit is None:
        return ""
    return f"<= {limit:.4g} {'met' if cost <= limit else 'MISSED'}"
