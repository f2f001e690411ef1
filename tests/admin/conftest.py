"""The cache counts failed sign-ins: each test begins with none."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _empty_cache(settings: Settings) -> Iterator[None]:
    settings.OPERATOR_SIGN_IN_WINDOW = 24 * 3600  # so that none ends while a test goes on
    cache.clear()
    yield
    cache.clear()
