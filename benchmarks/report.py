"""The figures as a table, with what they are to reach."""

import json
from dataclasses import asdict, dataclass

from benchmarks.measuring import Figures, Subject, median, spread

LIMITS = {"add to basket": 6.0, "purchase": 60.0}  # ms of CPU, web and Postgres together
RESIDENT_MB = 150.0

# What the bare DRF views cost, in ms of CPU, on the machine for which those two were set.
REFERENCE = {"product list": 2.9, "product detail": 1.8}

HEADINGS = ("", "", "per second", "web ms", "Postgres ms", "CPU ms", "spread", "scaled ms", "target")
LAYOUT = "{:16}{:13}{:>10}{:>9}{:>13}{:>9}{:>8}{:>11}   {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """
    All that was measured.

    :param measured: each subject with its figures, one for each round.
    :param deadline: what a settled order costs once more when its deadline comes.
    """

    measured: list[tuple[Subject, list[Figures]]]
    idle_second: Figures
    deadline: Figures
    resident_mb: float


def table(found: Findings) -> str:
    """Return the findings for people."""
    bare_drf = {subject.what: median(rounds).cpu_ms for subject, rounds in found.measured if subject.by == "bare DRF"}
    speed = sum(REFERENCE.values()) / sum(bare_drf.values())
    lines = [LAYOUT.format(*HEADINGS)]
    for subject, rounds in found.measured:
        target = ""
        if subject.by == "Markethall":
            target = _target(subject.what, median(rounds).cpu_ms, bare_drf, speed=speed)
        lines.append(_line(subject.what, subject.by, rounds, speed=speed, target=target))
    lines += [
        _line("its deadline", "Markethall", [found.deadline], speed=speed),
        _line("an idle second", "Markethall", [found.idle_second], speed=speed),
        f"memory of the web process: {found.resident_mb:.0f} MB, target {_verdict(found.resident_mb, RESIDENT_MB)}",
        f"scaled: times {speed:.2f}, as if on the machine for which 6 and 60 ms were set (see README.md)",
    ]
    return "\n".join(lines)


def document(found: Findings) -> str:
    """Return the findings as JSON, each round included, for programs."""
    return json.dumps(asdict(found), indent=2)


def _target(what: str, cost: float, bare_drf: dict[str, float], *, speed: float) -> str:
    if what in bare_drf:
        return _verdict(cost, bare_drf[what])
    return f"{_verdict(cost, LIMITS[what])}, scaled {_verdict(cost * speed, LIMITS[what])}"


def _line(what: str, by: str, rounds: list[Figures], *, speed: float, target: str = "") -> str:
    figures = median(rounds)
    return LAYOUT.format(
        what,
        by,
        f"{figures.per_second:.1f}",
        f"{figures.web_ms:.2f}",
        f"{figures.postgres_ms:.2f}",
        f"{figures.cpu_ms:.2f}",
        f"{spread(rounds):.0%}" if len(rounds) > 1 else "",
        f"{figures.cpu_ms * speed:.2f}",
        target,
    ).rstrip()


def _verdict(cost: float, limit: float) -> str:
    return f"<= {limit:.3g} {'met' if cost <= limit else 'MISSED'}"
