"""`make bench`: measures, and judges nothing: it exits with 0 whether a target is met or missed."""

import argparse
import os
import sys
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
django.setup()

from benchmarks import report, shop  # noqa: E402
from benchmarks.measuring import (  # noqa: E402
    Figures,
    measure,
    measure_deadlines,
    measure_idleness,
    subjects,
    warm_up,
)
from benchmarks.usage import largest_resident_bytes  # noqa: E402
from devserver.binaries import PostgresUnavailable  # noqa: E402
from devserver.webserver import WebServerUnavailable  # noqa: E402

ROUNDS = 3


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures of each round there, too")
    wanted = options.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("CPU time is read from /proc, which only Linux has.")
    try:
        found = _measure()
    except (PostgresUnavailable, WebServerUnavailable, shop.ShopMisbehaved) as error:
        sys.exit(str(error))
    print(report.table(found))
    if wanted.json:
        wanted.json.write_text(report.document(found))


def _measure() -> report.Findings:
    print("Opening a shop to measure …", flush=True)
    with shop.running() as house:
        what = subjects(house)
        rounds: list[list[Figures]] = []
        purchases = sum(warm_up(house, subject) for subject in what if subject.task == "purchase")
        for subject in what:
            if subject.task != "purchase":
                warm_up(house, subject)
        # Everything in each round, so that a machine that slows down or speeds up does it to all alike.
        for number in range(1, ROUNDS + 1):
            print(f"Round {number} of {ROUNDS} …", flush=True)
            rounds.append([measure(house, subject) for subject in what])
        purchases += ROUNDS * sum(subject.count for subject in what if subject.task == "purchase")
        house.check_orders(purchases)
        return report.Findings(
            measured=[(subject, [figures[number] for figures in rounds]) for number, subject in enumerate(what)],
            idle_second=measure_idleness(house),
            deadline=measure_deadlines(house, purchases),
            resident_mb=largest_resident_bytes(house.web) / 1_000_000,
        )


if __name__ == "__main__":
    main()
