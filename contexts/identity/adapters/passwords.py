"""
How passwords are hashed (settings.PASSWORD_HASHERS) and checked (settings.AUTHENTICATION_BACKENDS).

Hashing is costly by design, so a process limits concurrent hashing: otherwise a few sign-ins would use up its memory.
The cost of a check must be the same whether or not the address has an account.
"""

from functools import cache

from allauth.account import auth_backends
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.utils.crypto import get_random_string

from contexts.identity.models import User
from web_api.throttling.concurrency import ConcurrencyLimit


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the parameters of OWASP's cheat sheet on password storage: 19 MiB for about 20 ms."""

    time_cost, memory_cost, parallelism = 2, 19_456, 1  # passes, KiB, threads

    def __init__(self) -> None:
        self._concurrency_limit = ConcurrencyLimit(limit=settings.HASHES_AT_ONCE, timeout=settings.HASHING_PATIENCE)

    def encode(self, password: str, salt: str) -> str:
        return self._concurrency_limit.run(super().encode, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        return self._concurrency_limit.run(super().verify, password, encoded)


class PasswordBackend(auth_backends.AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend; checking a password of an unknown address costs the same as checking a wrong one."""

    def _check_password(self, user: User | None, password: str) -> User | None:
        known = user if user and user.has_usable_password() else None
        checked: User | None = super()._check_password(known, password)
        return checked

    def _mitigate_timing_attack(self, password: str) -> None:
        User(password=_dummy_password_hash()).check_password(password)


@cache
def _dummy_password_hash() -> str:
    return make_password(get_random_string(20))
