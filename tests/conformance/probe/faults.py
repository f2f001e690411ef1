"""
Faults that a test injects and a process of its fleet meets: files in a folder that both use.

They are files because a process loses its memory when it dies, and a failed handler's writes are rolled back.
"""

import os
import signal
import time
from pathlib import Path

folder = Path()
POLL_INTERVAL = 0.02  # seconds


def inject(fault: str, *, times: int = 1) -> None:
    """Make this fault occur this number of times, in any process."""
    for number in range(times):
        (folder / f"{fault} {number}").touch()


def remove(fault: str) -> None:
    for file in folder.glob(f"{fault} *"):
        file.unlink(missing_ok=True)


def is_injected(fault: str) -> bool:
    """Return whether the fault is injected, without consuming it."""
    return any(folder.glob(f"{fault} *"))


def consume(fault: str) -> bool:
    """Return whether the fault is injected, and consume it once."""
    for file in folder.glob(f"{fault} *"):
        try:
            file.unlink()
        except FileNotFoundError:
            continue  # another process has consumed it
        return True
    return False


def report(what: str) -> None:
    """Report something to the test that no rollback undoes."""
    with (folder / "reported").open("a") as file:
        file.write(f"{what}\n")


def reported() -> list[str]:
    return (folder / "reported").read_text().split()


def wait_while_injected(fault: str) -> None:
    while is_injected(fault):
        time.sleep(POLL_INTERVAL)


def die_if_injected(fault: str) -> None:
    if consume(fault):
        die()


def die() -> None:
    """Kill the process, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)
