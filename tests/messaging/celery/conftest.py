from collections.abc import Callable, Iterator

import pytest
from kombu import pools
from pytest_django import Settings

from messaging.buses.celery.application import application


@pytest.fixture
def connect(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Return a function that connects this process to the broker at a URL, until the test ends."""

    def to(url: str) -> None:
        settings.CELERY_BROKER_URL = url
        application.cache_clear()

    yield to
    pools.reset()  # with their memory of declared queues
    application.cache_clear()
