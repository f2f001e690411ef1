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


class ConcurrencyLimit:
    """
    Runs so many functions at once in a process, in threads of its own.

    A semaphore would do as well, but for memory: the allocator keeps what a thread has once used for that thread.

    :param limit: how many.
    :param timeout: how long the next one waits, in seconds.
    """

    def __init__(self, *, limit: int, timeout: float) -> None:
        self._limit, self._timeout = limit, timeout
        self._start_threads()
        os.register_at_fork(after_in_child=self._start_threads)  # threads stay behind

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Return what the function returns.

        :raises TooBusy: it was not begun in time, and will not be.
        """
        future = self._executor.submit(function, *args, **kwargs)
        try:
            return future.result(self._timeout)
        except TimeoutError:
            if future.cancel():
                raise TooBusy from None
            return future.result()

    def _start_threads(self) -> None:
        self._executor = ThreadPoolExecutor(self._limit, thread_name_prefix="concurrency-limit")
