"""A line on a terminal that says how far something long has come; silent where there is no terminal."""

import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 30  # characters of the bar
SAVE, BACK_AND_CLEAR = "\x1b7", "\x1b8\x1b[K"  # the line goes on where something else had begun it


class Progress:
    """
    :param terminal: where the line appears.
    :param clock: tells seconds.
    """

    def __init__(self, terminal: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.rows = 0
        self._terminal, self._clock = terminal, clock
        self._began = clock()
        self._enabled = terminal.isatty()
        if self._enabled:
            terminal.write(SAVE)

    def track(self, what: str, total: int) -> Callable[[int], None]:
        """Return what is to be called after each of so many steps, with the number of rows that it wrote."""
        done = 0

        def on_batch(rows: int) -> None:
            nonlocal done
            done += 1
            self.rows += rows
            self._show(what, done / total)

        return on_batch

    def finish(self) -> str:
        """Remove the line, and return how much was written in which time."""
        if self._enabled:
            self._terminal.write(BACK_AND_CLEAR)
            self._terminal.flush()
        return f"{self.rows:,} rows in {self._clock() - self._began:.1f} s, {self._rate():,.0f} rows/s"

    def _show(self, what: str, fraction: float) -> None:
        if self._enabled:
            bar = ("█" * round(fraction * WIDTH)).ljust(WIDTH, "░")
            self._terminal.write(f"{BACK_AND_CLEAR}{what:9} {bar} {fraction:4.0%}  {self._rate():,.0f} rows/s")
            self._terminal.flush()

    def _rate(self) -> float:
        return self.rows / max(self._clock() - self._began, 0.001)
