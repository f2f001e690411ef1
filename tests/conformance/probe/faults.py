"""
Troubles that a test plants and a process of its fleet runs into: as files in a folder that both know.

Files, since what a process remembers dies with it, and what a handler writes is undone when it fails.
"""

import os
import signal
import time
from pathlib import Path

folder = Path()
POLL_INTERVAL = 0.02  # seconds


def inject(fault: str, *, times: int = 1) -> None:
    """Let this fault strike so many times, whichever process it meets."""
    for number in range(times):
        (folder / f"{fault} {number}").touch()


def remove(fault: str) -> None:
    for file in folder.glob(f"{fault} *"):
        file.unlink(missing_ok=True)


def is_injected(fault: str) -> bool:
    """Tell whether the fault is there, and use none of it up."""
    return any(folder.glob(f"{fault} *"))


def consume(fault: str) -> bool:
    """Tell whether the fault is there, and use it up once."""
    for file in folder.glob(f"{fault} *"):
        try:
            file.unlink()
        except FileNotFoundError:
            continue  # it struck another process
        return True
    return False


def report(what: str) -> None:
    """Let the test know of something that no rollback takes back."""
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
    """End the process as a power cut would: it can do nothing about it."""
    os.kill(os.getpid(), signal.SIGKILL)
