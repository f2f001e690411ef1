"""The cache of all processes in Redis; while that is away, each process keeps its own in memory."""

import json
import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import exceptions

logger = logging.getLogger(__name__)

T = TypeVar("T")

TIMEOUT = 2  # seconds that Redis is waited for
RETRY_INTERVAL = 60  # seconds until it is asked again; also how often its absence is logged

_lock = Lock()
_unavailable_until: dict[str, float] = {}
"""By server, for all threads: Django makes each of them a cache of its own."""


class JsonSerializer:
    """What Redis keeps, as JSON. Django's own serializer is pickle, and runs the code of who can write to Redis."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class RedisWithMemoryFallback(BaseCache):
    """
    What is kept here may be forgotten, or differ between processes, at any time: counts, and nothing that matters.

    Many keys at once and `decr` are Django's own, which ask for one key after the other.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._server = server
        options = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT, "serializer": JsonSerializer}
        self._redis = RedisCache(server, params | {"OPTIONS": options})
        self._memory = LocMemCache(server, params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._run(lambda cache: cache.add(key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return self._run(lambda cache: cache.get(key, default, version))
        except ValueError:  # no JSON: what another version, or who should not write there, has left counts as absent
            return default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._run(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._run(lambda cache: cache.touch(key, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._run(lambda cache: cache.delete(key, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return self._run(lambda cache: cache.incr(key, delta, version))

    def clear(self) -> None:
        self._run(lambda cache: cache.clear())

    def is_unavailable(self) -> bool:
        """Return whether Redis does not answer."""
        self.get("")
        return self._server in _unavailable_until

    def _run(self, operation: Callable[[BaseCache], T]) -> T:
        with _lock:
            was_unavailable, now = self._server in _unavailable_until, time.monotonic()
            asks_redis = now >= _unavailable_until.get(self._server, now)
            if was_unavailable and asks_redis:  # by this thread; the others need not wait for it, too
                _unavailable_until[self._server] = now + RETRY_INTERVAL
        if asks_redis:
            try:
                result = operation(self._redis)
            except (exceptions.ConnectionError, exceptions.TimeoutError) as error:
                self._mark_unavailable(error, is_retry=was_unavailable)
            else:
                _unavailable_until.pop(self._server, None)
                return result
        return operation(self._memory)

    def _mark_unavailable(self, error: Exception, *, is_retry: bool) -> None:
        with _lock:
            first = self._server not in _unavailable_until
            _unavailable_until[self._server] = time.monotonic() + RETRY_INTERVAL
        if first or is_retry:
            logger.warning("Redis does not answer (%s): this process keeps its own cache", type(error).__name__)
