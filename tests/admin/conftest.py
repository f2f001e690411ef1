"""Each test starts with an empty cache, in which failed sign-ins are counted."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _empty_cache(settings: Settings) -> Iterator[None]:
    settings.OPERATOR_SIGN_IN_WINDOW = 24 * 3600  # no window ends during a test
    cache.clear()
    yield
    cache.clear()
