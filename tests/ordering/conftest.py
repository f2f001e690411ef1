"""Tests of ordering use its own tables, and those of the demo's payment provider, which is behind an adapter."""

from collections.abc import Callable, Iterator

import pytest

from tests.ordering.neighbours import run_until_idle, standing_in


@pytest.fixture
def neighbours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let stand-ins answer for catalog, basket and identity."""
    with standing_in(monkeypatch):
        yield


@pytest.fixture
def drain() -> Callable[[], None]:
    """Run every message of ordering that is due, and what follows from it."""
    return run_until_idle
