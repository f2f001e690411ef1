"""`make bench`: measures without judging: it exits with 0 whether a target is met or missed."""

import argparse
import os
import sys
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
django.setup()

from benchmarks import report, shop  # noqa: E402
from benchmarks.measuring import (  # noqa: E402
    Measurement,
    cases,
    measure,
    measure_deadlines,
    measure_idle_second,
    warm_up,
)
from benchmarks.usage import max_resident_bytes  # noqa: E402
from tools.local.binaries import PostgresUnavailable  # noqa: E402
from tools.local.webserver import WebServerUnavailable  # noqa: E402

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results of each round there, too")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("CPU time is read from /proc, which only Linux has.")
    try:
        results = _measure()
    except (PostgresUnavailable, WebServerUnavailable, shop.BenchmarkFailed) as error:
        sys.exit(str(error))
    print(report.table(results))
    if options.json:
        options.json.write_text(report.document(results))


def _measure() -> report.Results:
    print("Opening a shop to measure …", flush=True)
    with shop.running() as running_shop:
        all_cases = cases(running_shop)
        rounds: list[list[Measurement]] = []
        purchases = sum(warm_up(running_shop, case) for case in all_cases if case.task == "purchase")
        for case in all_cases:
            if case.task != "purchase":
                warm_up(running_shop, case)
        # Everything in each round, so that changes of the machine's speed affect all cases alike.
        for number in range(1, ROUNDS + 1):
            print(f"Round {number} of {ROUNDS} …", flush=True)
            rounds.append([measure(running_shop, case) for case in all_cases])
        purchases += ROUNDS * sum(case.count for case in all_cases if case.task == "purchase")
        running_shop.check_orders(purchases)
        return report.Results(
            measured=[
                (case, [measurements[number] for measurements in rounds]) for number, case in enumerate(all_cases)
            ],
            idle_second=measure_idle_second(running_shop),
            deadline=measure_deadlines(running_shop, purchases),
            resident_mb=max_resident_bytes(running_shop.web) / 1_000_000,
        )


if __name__ == "__main__":
    main()
