"""
A heartbeat for health checks: the age of a file is the time since a process last made progress.

So a health check need not load Django. A process that waits for a broker or a provider is healthy. It becomes
unhealthy if the databases that it polls for work have not answered for long.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

FILE = Path(tempfile.gettempdir()) / "markethall-heartbeat"
INTERVAL = 1.0  # seconds
MAX_AGE = 30.0  # seconds without progress that still count as healthy


def start(seconds_since_progress: Callable[[], float]) -> Callable[[], None]:
    """
    Set the file's modification time to the time of the last progress, every second, in a thread.

    :param seconds_since_progress: returns the number of seconds since the last progress.
    :return: a function that stops the thread and deletes the file.
    """
    stop_event = threading.Event()
    thread = threading.Thread(target=_beat, args=[seconds_since_progress, stop_event], name="heartbeat", daemon=True)
    thread.start()

    def stop() -> None:
        stop_event.set()
        thread.join()
        FILE.unlink(missing_ok=True)

    return stop


def age() -> float | None:
    """Return how many seconds ago the process on this machine made progress, or None if no process runs."""
    try:
        return time.time() - FILE.stat().st_mtime
    except FileNotFoundError:
        return None


def _beat(seconds_since_progress: Callable[[], float], stop_event: threading.Event) -> None:
    while not stop_event.wait(INTERVAL):
        last_progress_at = time.time() - seconds_since_progress()
        FILE.touch()
        os.utime(FILE, (last_progress_at, last_progress_at))
