"""`make bench-bus`: measures the bus; it exits with 0 even if a target is missed."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bus.settings"
django.setup()

from benchmarks.bus import report  # noqa: E402
from benchmarks.bus.environment import environments  # noqa: E402
from benchmarks.bus.measuring import measure_all  # noqa: E402
from benchmarks.shop import BenchmarkFailed  # noqa: E402
from tools.local.binaries import PostgresUnavailable  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bus", description=__doc__)
    parser.add_argument("--messages", type=int, default=2000, help="in each round")
    parser.add_argument("--finished", type=int, default=1_000_000, help="in each of the full tables")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the measurements of each round to FILE")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("CPU time is read from /proc, which only Linux has.")
    print(f"Opening two shops, one with {options.finished:,} finished messages in its tables …", flush=True)
    try:
        with environments(options.finished) as shops:
            measurements = measure_all(shops, messages=options.messages)
    except (PostgresUnavailable, BenchmarkFailed) as error:
        sys.exit(str(error))
    print(report.table(measurements))
    if options.json:
        options.json.write_text(json.dumps([asdict(measurement) for measurement in measurements], indent=2))


if __name__ == "__main__":
    main()
