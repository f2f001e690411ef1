"""
Counting attempts in the cache that all processes share.

Windows are fixed: each begins when the previous one ends. So an attempt costs one atomic increment. Around the end of a
window, twice as many attempts as the limit may pass, which is acceptable for everything that is limited here.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from building_blocks.digests import digest

IPV6_PREFIX_LENGTH = 64  # bits; all addresses with this prefix are one household's


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCounter:
    """
    Counts the attempts of one client in the current window.

    :param scope: what is attempted.
    :param ident: who attempts it: a customer, an address, an e-mail address.
    :param window: its length in seconds.
    """

    scope: str
    ident: str
    window: int
    now: datetime

    def increment(self) -> int:
        """Count one more attempt, and return how many there were in this window."""
        cache.add(
            self._key, 0, timeout=2 * self.window
        )  # longer than the window, so that the count exists for the increment
        try:
            return cache.incr(self._key)
        except ValueError:  # the cache was emptied between the two lines
            return 1

    def reset(self) -> None:
        """Delete the count of this window."""
        cache.delete(self._key)

    @property
    def seconds_left(self) -> int:
        """Seconds until this window ends."""
        return self.window - int(self.now.timestamp()) % self.window

    @property
    def _key(self) -> str:
        return f"{_key(self.scope, self.ident)}:{self.window}:{int(self.now.timestamp()) // self.window}"


def remember(scope: str, ident: str, *, seconds: int) -> None:
    """Remember for some seconds that someone did something. The cache may lose it earlier."""
    cache.set(_key(scope, ident), True, timeout=seconds)


def is_remembered(scope: str, ident: str) -> bool:
    """Return whether `remember` was called for this, and the cache still has it."""
    return bool(cache.get(_key(scope, ident)))


def _key(scope: str, ident: str) -> str:
    # A digest: a cache may be shared and its keys logged, so no e-mail address may be part of one.
    return f"{scope}:{digest(ident)}"


def client_address(request: HttpRequest) -> str:
    """
    Return the address that a request comes from: an IPv4 address, or the network of an IPv6 address.

    Behind our own proxy it is the last address in the header. The proxy adds it; a client may have sent the others.
    """
    forwarded = request.headers.get("X-Forwarded-For") if settings.BEHIND_PROXY else None
    address = (forwarded or request.META.get("REMOTE_ADDR", "")).rpartition(",")[2].strip()
    try:
        is_ipv6 = ipaddress.ip_address(address).version == 6
    except ValueError:  # a Unix socket's
        return address
    return str(ipaddress.ip_network((address, IPV6_PREFIX_LENGTH), strict=False)) if is_ipv6 else address
