"""
Tells a health check whether a process gets on, by the age of a file: so that the check need not load Django.

A process may wait for a broker or a provider and still be well. It is ill when what it asks for work, its databases,
has not given an answer for long.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

FILE = Path(tempfile.gettempdir()) / "markethall-heartbeat"
INTERVAL = 1.0  # seconds
MAX_AGE = 30.0  # seconds without getting on that are still called healthy


def start(seconds_since_progress: Callable[[], float]) -> Callable[[], None]:
    """
    Keep the file as old as the last time that the process got on.

    :param seconds_since_progress: tells how long ago that was.
    :return: a function that ends it, and leaves no file behind.
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
    """Return how many seconds ago the process of this machine got on, or nothing where none runs."""
    try:
        return time.time() - FILE.stat().st_mtime
    except FileNotFoundError:
        return None


def _beat(seconds_since_progress: Callable[[], float], stop_event: threading.Event) -> None:
    while not stop_event.wait(INTERVAL):
        last_progress_at = time.time() - seconds_since_progress()
        FILE.touch()
        os.utime(FILE, (last_progress_at, last_progress_at))
