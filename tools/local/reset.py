"""`make reset`: deletes the data of the demo and the tests, unless it is in use."""

import shutil
import sys
from pathlib import Path

from tools.local import postgres


def reset(local: Path) -> None:
    """
    Remove the folder `local` with every local Postgres in it.

    :raises SystemExit: with one line, if one of them is running.
    """
    for lock in local.glob("*.lock"):
        if postgres.is_running(lock.with_suffix("")):
            sys.exit(f"{lock.with_suffix('')} is in use: stop the demo (Ctrl-C) or the tests, then try again.")
    removed = local.with_name(f"{local.name}.removed")
    shutil.rmtree(removed, ignore_errors=True)
    if local.exists():
        local.rename(removed)  # atomically: an interrupted reset leaves no half of the data behind
        shutil.rmtree(removed)


if __name__ == "__main__":
    reset(Path(sys.argv[1]))
