"""The cache that all processes share in Redis; while Redis is unavailable, each process caches in its own memory."""

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

TIMEOUT = 2  # seconds to wait for Redis
RETRY_INTERVAL = 60  # seconds until the next attempt to reach it, which logs a warning if it fails

_lock = Lock()
_unavailable_until: dict[str, float] = {}
"""By server, for all threads: Django makes a cache object for each thread."""


class JsonSerializer:
    """Stores JSON in Redis. Django's default, pickle, would run the code of anyone who can write to Redis."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class RedisWithMemoryFallback(BaseCache):
    """
    A cache for counts, which may be lost, or differ between processes, at any time.

    Methods for many keys, and `decr`, are inherited; they call the methods below for each key.
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
        except ValueError:  # not JSON, so from another version or an intruder: it counts as absent
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
            if was_unavailable and asks_redis:  # only this thread asks Redis; the others do not wait
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
            logger.warning("Redis does not answer (%s): this process uses its own cache", type(error).__name__)
