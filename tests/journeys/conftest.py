"""What the journeys of many shoppers at once share."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.threads import dispatching


@pytest.fixture
def dispatcher(real_commits: None) -> Iterator[None]:
    """Run the dispatcher, as the web process does, while real commits are made."""
    with dispatching():
        yield
