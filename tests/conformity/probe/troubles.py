"""
Troubles that a test plants and a process of its fleet runs into: as files in a folder that both know.

Files, since what a process remembers dies with it, and what a handler writes is undone when it fails.
"""

import os
import signal
import time
from pathlib import Path

folder = Path()
LOOK_EVERY = 0.02  # seconds


def plant(trouble: str, *, times: int = 1) -> None:
    """Let this trouble strike so many times, whichever process it meets."""
    for number in range(times):
        (folder / f"{trouble} {number}").touch()


def lift(trouble: str) -> None:
    for file in folder.glob(f"{trouble} *"):
        file.unlink(missing_ok=True)


def planted(trouble: str) -> bool:
    """Tell whether the trouble is there, and use none of it up."""
    return any(folder.glob(f"{trouble} *"))


def strikes(trouble: str) -> bool:
    """Tell whether the trouble is there, and use it up once."""
    for file in folder.glob(f"{trouble} *"):
        try:
            file.unlink()
        except FileNotFoundError:
            continue  # it struck another process
        return True
    return False


def tell(what: str) -> None:
    """Let the test know of something that no rollback takes back."""
    with (folder / "told").open("a") as file:
        file.write(f"{what}\n")


def told() -> list[str]:
    return (folder / "told").read_text().split()


def wait_while_planted(trouble: str) -> None:
    while planted(trouble):
        time.sleep(LOOK_EVERY)


def die_if_planted(trouble: str) -> None:
    if strikes(trouble):
        die()


def die() -> None:
    """End the process as a power cut would: it can do nothing about it."""
    os.kill(os.getpid(), signal.SIGKILL)
