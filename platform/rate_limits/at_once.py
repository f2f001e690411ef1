"""A bound to how many do something costly at once in a process: the next wait, and not for ever."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from rest_framework.exceptions import APIException

P = ParamSpec("P")
T = TypeVar("T")


class TooBusy(APIException):
    status_code = 503
    default_code = "busy"
    default_detail = "Too many are waiting for this just now, and nothing was changed: try again in a few seconds."
    wait = 5  # seconds; REST framework's handler sends it as Retry-After


class AtOnce:
    """
    Runs so many functions at once in a process, in threads of its own.

    A semaphore would do as well, but for memory: the allocator keeps what a thread has once used for that thread.

    :param most: how many.
    :param patience: how long the next one waits, in seconds.
    """

    def __init__(self, *, most: int, patience: float) -> None:
        self._most, self._patience = most, patience
        self._open()
        os.register_at_fork(after_in_child=self._open)  # threads stay behind

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Return what the function returns.

        :raises TooBusy: it was not begun in time, and will not be.
        """
        running = self._threads.submit(function, *args, **kwargs)
        try:
            return running.result(self._patience)
        except TimeoutError:
            if running.cancel():
                raise TooBusy from None
            return running.result()

    def _open(self) -> None:
        self._threads = ThreadPoolExecutor(self._most, thread_name_prefix="at-once")
