"""
Measure this checkout and another one by turns, and print how their CPU times compare.

The turns go A B B A, so that a machine that slows down or speeds up does it to both alike. Each turn is a whole
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

Costs = dict[tuple[str, str], list[float]]  # (what, by whom) → CPU milliseconds of each round


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    options.add_argument("other", type=Path, help="the other checkout, in which `make test` has been run once")
    options.add_argument("--pairs", type=int, default=2, help="how many times each of the two is measured")
    wanted = options.parse_args()
    here: Costs = {}
    other: Costs = {}
    for pair in range(wanted.pairs):
        turns = [(HERE, here), (wanted.other.resolve(), other)]
        for checkout, costs in turns if pair % 2 == 0 else reversed(turns):
            _measure(checkout, costs)
    print(LINE.format("", "", "here, ms", "other, ms", "ratio"))
    for key in [key for key in here if key in other]:
        mine, theirs = statistics.median(here[key]), statistics.median(other[key])
        print(LINE.format(*key, f"{mine:.2f}", f"{theirs:.2f}", f"{mine / theirs:.2f}"))


def _measure(checkout: Path, costs: Costs) -> None:
    print(f"Measuring {checkout} …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = [".venv/bin/python", "-m", "benchmarks", "--json", str(file)]
        subprocess.run(command, cwd=checkout, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(file.read_text())
    for subject, rounds in found["measured"]:
        costs.setdefault((subject["what"], subject["by"]), []).extend(_cpu(figures) for figures in rounds)
    for what in ("deadline", "idle_second"):
        costs.setdefault((what, "Markethall"), []).append(_cpu(found[what]))


def _cpu(figures: dict[str, float]) -> float:
    return figures["web_ms"] + figures["postgres_ms"]


if __name__ == "__main__":
    main()
