"""The results as a table, with their targets."""

import json
from dataclasses import asdict, dataclass

from benchmarks.measuring import Case, Measurement, median, spread

TARGETS_MS = {"add to basket": 6.0, "purchase": 60.0}  # ms of CPU, web and Postgres together
TARGET_MB = 150.0

# The cost of the bare DRF views, in ms of CPU, on the machine for which these targets were set.
REFERENCE_MS = {"product list": 2.9, "product detail": 1.8}

HEADINGS = ("", "", "per second", "web ms", "Postgres ms", "CPU ms", "spread", "scaled ms", "target")
LAYOUT = "{:16}{:13}{:>10}{:>9}{:>13}{:>9}{:>8}{:>11}   {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """
    All results.

    :param measured: each case with its measurements, one for each round.
    :param deadline: the cost of a settled order's deadline.
    """

    measured: list[tuple[Case, list[Measurement]]]
    idle_second: Measurement
    deadline: Measurement
    resident_mb: float


def table(results: Results) -> str:
    """Return the results for people."""
    bare_drf = {
        case.operation: median(rounds).cpu_ms for case, rounds in results.measured if case.variant == "bare DRF"
    }
    speed = sum(REFERENCE_MS.values()) / sum(bare_drf.values())
    lines = [LAYOUT.format(*HEADINGS)]
    for case, rounds in results.measured:
        target = ""
        if case.variant == "Markethall":
            target = _target(case.operation, median(rounds).cpu_ms, bare_drf, speed=speed)
        lines.append(_line(case.operation, case.variant, rounds, speed=speed, target=target))
    lines += [
        _line("its deadline", "Markethall", [results.deadline], speed=speed),
        _line("an idle second", "Markethall", [results.idle_second], speed=speed),
        f"memory of the web process: {results.resident_mb:.0f} MB, target {_verdict(results.resident_mb, TARGET_MB)}",
        f"scaled: times {speed:.2f}, as if on the machine for which 6 and 60 ms were set (see README.md)",
    ]
    return "\n".join(lines)


def document(results: Results) -> str:
    """Return the results of each round as JSON, for programs."""
    return json.dumps(asdict(results), indent=2)


def _target(operation: str, cost: float, bare_drf: dict[str, float], *, speed: float) -> str:
    if operation in bare_drf:
        return _verdict(cost, bare_drf[operation])
    return f"{_verdict(cost, TARGETS_MS[operation])}, scaled {_verdict(cost * speed, TARGETS_MS[operation])}"


def _line(operation: str, variant: str, rounds: list[Measurement], *, speed: float, target: str = "") -> str:
    measurement = median(rounds)
    return LAYOUT.format(
        operation,
        variant,
        f"{measurement.per_second:.1f}",
        f"{measurement.web_ms:.2f}",
        f"{measurement.postgres_ms:.2f}",
        f"{measurement.cpu_ms:.2f}",
        f"{spread(rounds):.0%}" if len(rounds) > 1 else "",
        f"{measurement.cpu_ms * speed:.2f}",
        target,
    ).rstrip()


def _verdict(cost: float, limit: float) -> str:
    return f"<= {limit:.3g} {'met' if cost <= limit else 'MISSED'}"
