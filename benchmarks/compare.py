"""
Measure this checkout and another one alternately, and print how their CPU times compare.

The order is A B B A, so that changes of the machine's speed affect both alike. Each turn is a whole
`python -m benchmarks` of that checkout, with its own code, packages and database.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
LINE = "{:16}{:13}{:>11}{:>11}{:>8}"

Costs = dict[tuple[str, str], list[float]]  # (operation, variant) → CPU milliseconds of each round


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("other", type=Path, help="the other checkout, in which `make test` has been run once")
    parser.add_argument("--pairs", type=int, default=2, help="how many times each of the two is measured")
    options = parser.parse_args()
    here: Costs = {}
    other: Costs = {}
    for pair in range(options.pairs):
        turns = [(HERE, here), (options.other.resolve(), other)]
        for checkout, costs in turns if pair % 2 == 0 else reversed(turns):
            _measure(checkout, costs)
    print(LINE.format("", "", "here, ms", "other, ms", "ratio"))
    for key in [key for key in here if key in other]:
        here_ms, other_ms = statistics.median(here[key]), statistics.median(other[key])
        print(LINE.format(*key, f"{here_ms:.2f}", f"{other_ms:.2f}", f"{here_ms / other_ms:.2f}"))


def _measure(checkout: Path, costs: Costs) -> None:
    print(f"Measuring {checkout} …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.json"
        command = [".venv/bin/python", "-m", "benchmarks", "--json", str(file)]
        subprocess.run(command, cwd=checkout, check=True, stdout=subprocess.DEVNULL)
        results: dict[str, Any] = json.loads(file.read_text())
    for case, rounds in results["measured"]:
        costs.setdefault((case["operation"], case["variant"]), []).extend(
            _cpu_ms(measurement) for measurement in rounds
        )
    for operation in ("deadline", "idle_second"):
        costs.setdefault((operation, "Markethall"), []).append(_cpu_ms(results[operation]))


def _cpu_ms(measurement: dict[str, float]) -> float:
    return measurement["web_ms"] + measurement["postgres_ms"]


if __name__ == "__main__":
    main()
