"""`make bench-bus`: measures, and judges nothing: it exits with 0 whether a target is met or missed."""

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
from benchmarks.bus.house import houses  # noqa: E402
from benchmarks.bus.measuring import measure_all  # noqa: E402
from benchmarks.shop import ShopMisbehaved  # noqa: E402
from devserver.binaries import PostgresUnavailable  # noqa: E402


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.bus", description=__doc__)
    options.add_argument("--messages", type=int, default=2000, help="in each round")
    options.add_argument("--finished", type=int, default=1_000_000, help="in each of the full tables")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures of each round there, too")
    wanted = options.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("CPU time is read from /proc, which only Linux has.")
    print(f"Opening two shops, one with {wanted.finished:,} finished messages in its tables …", flush=True)
    try:
        with houses(wanted.finished) as shops:
            figures = measure_all(shops, messages=wanted.messages)
    except (PostgresUnavailable, ShopMisbehaved) as error:
        sys.exit(str(error))
    print(report.table(figures))
    if wanted.json:
        wanted.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2))


if __name__ == "__main__":
    main()
