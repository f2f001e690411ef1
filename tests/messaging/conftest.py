from collections.abc import Callable
from types import ModuleType

import pytest

from messaging import subscriptions
from messaging.subscriptions import subscribe
from tests.messaging.bells import Listen


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Return a function that subscribes marked functions for a context, until the test ends."""
    monkeypatch.setattr(subscriptions, "_subscriptions", dict(subscriptions._subscriptions))

    def subscribe_all(context: str, *functions: Callable[..., object]) -> None:
        module = ModuleType("handlers")
        for function in functions:
            function.__module__ = module.__name__
            setattr(module, function.__name__, function)
        subscribe(context, module)

    return subscribe_all
