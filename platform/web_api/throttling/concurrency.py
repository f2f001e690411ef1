"""Limiting concurrent costly work in a process: further callers wait, but only for a limited time."""

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
    default_detail = "Too many requests are waiting just now, and nothing was changed: try again in a few seconds."
    wait = 5  # seconds; REST framework's handler sends it as Retry-After


class ConcurrencyLimit:
    """
    Runs a limited number of functions at once in a process, in threads of its own.

    A semaphore in the callers' threads would need more memory, because the allocator does not pass memory from one
    thread to another.

    :param limit: how many functions run at once.
    :param timeout: seconds that a further caller waits.
    """

    def __init__(self, *, limit: int, timeout: float) -> None:
        self._limit, self._timeout = limit, timeout
        self._start_threads()
        os.register_at_fork(after_in_child=self._start_threads)  # a fork has no threads

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Return what the function returns.

        :raises TooBusy: the function could not start in time, and will not run.
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
