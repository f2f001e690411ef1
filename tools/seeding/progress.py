"""A progress line on a terminal; without a terminal nothing is printed."""

import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 30  # characters of the bar
SAVE, BACK_AND_CLEAR = "\x1b7", "\x1b8\x1b[K"  # the line continues one that other code has begun


class Progress:
    """
    A progress line; it counts rows and time also when there is no terminal.

    :param terminal: the stream for the line.
    :param clock: returns seconds.
    """

    def __init__(self, terminal: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.rows = 0
        self._terminal, self._clock = terminal, clock
        self._began = clock()
        self._enabled = terminal.isatty()
        if self._enabled:
            terminal.write(SAVE)

    def track(self, what: str, total: int) -> Callable[[int], None]:
        """Return a function to call after each of `total` steps, with the number of rows that the step wrote."""
        done = 0

        def on_batch(rows: int) -> None:
            nonlocal done
            done += 1
            self.rows += rows
            self._show(what, done / total)

        return on_batch

    def finish(self) -> str:
        """Remove the line, and return the number of rows and the time that they took."""
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
