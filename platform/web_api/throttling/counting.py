"""
How often somebody has tried something, counted in the cache that the processes share.

Windows are fixed: they follow one another, whoever comes. So a try costs one atomic step of the cache, and around
the end of a window twice as many may pass as within it, which does for what is limited here.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from building_blocks.digests import digest

IPV6_PREFIX_LENGTH = 64  # bits; all addresses behind them are one household's


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCounter:
    """
    Somebody's tries of one thing in the window of this moment.

    :param window: its length in seconds.
    """

    scope: str
    ident: str
    window: int
    now: datetime

    def increment(self) -> int:
        """Count one try more, and return how many there were in this window."""
        cache.add(self._key, 0, timeout=2 * self.window)  # longer than needed, so that it is there to be increased
        try:
            return cache.incr(self._key)
        except ValueError:  # the cache was emptied between the two lines
            return 1

    def reset(self) -> None:
        """Let there have been none in this window."""
        cache.delete(self._key)

    @property
    def seconds_left(self) -> int:
        """How long this window still lasts."""
        return self.window - int(self.now.timestamp()) % self.window

    @property
    def _key(self) -> str:
        return f"{_key(self.scope, self.ident)}:{self.window}:{int(self.now.timestamp()) // self.window}"


def remember(scope: str, ident: str, *, seconds: int) -> None:
    """Remember for so long that a person did something, as far as a cache does."""
    cache.set(_key(scope, ident), True, timeout=seconds)


def is_remembered(scope: str, ident: str) -> bool:
    return bool(cache.get(_key(scope, ident)))


def _key(scope: str, ident: str) -> str:
    # A digest, since a cache may be shared and its keys are logged: no address of a person shall stand there.
    return f"{scope}:{digest(ident)}"


def client_address(request: HttpRequest) -> str:
    """
    Return where a request comes from: an IPv4 address, or the network of an IPv6 one.

    Behind our own proxy that is what the proxy has put last; the client may have sent whatever stands before it.
    """
    forwarded = request.headers.get("X-Forwarded-For") if settings.BEHIND_PROXY else None
    address = (forwarded or request.META.get("REMOTE_ADDR", "")).rpartition(",")[2].strip()
    try:
        is_ipv6 = ipaddress.ip_address(address).version == 6
    except ValueError:  # a Unix socket's
        return address
    return str(ipaddress.ip_network((address, IPV6_PREFIX_LENGTH), strict=False)) if is_ipv6 else address
