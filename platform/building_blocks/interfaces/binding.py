"""
Binding published interfaces: `bind` in a context's `apps.py`, `use` in its `neighbours.py`.

How a call is carried is a setting, looked up at each call; the caller cannot tell, and nothing is cached.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings

from building_blocks.databases.transactions import refuse_inside_transaction
from building_blocks.interfaces import local, wire
from building_blocks.interfaces.declare import InvalidInterface, check_conformance
from observability.tracing import span

T = TypeVar("T")

TRANSPORTS: dict[str, Callable[[type, object, str, dict[str, Any]], Any]] = {
    "local": local.call,
    "wire": wire.call,
}

_facades: dict[type, object] = {}


def bind(interface: type, facade: type) -> None:
    """
    Offer a context's interface through its facade.

    :raises InvalidInterface: the facade differs from the interface in a parameter or annotation, or another facade
        stands behind the interface already.
    """
    check_conformance(interface, facade)
    if interface in _facades and type(_facades[interface]) is not facade:
        other = type(_facades[interface]).__name__
        raise InvalidInterface(f"{interface.__name__} is bound to {other} already; {facade.__name__} may not be it")
    _facades[interface] = facade()


def use(interface: type[T]) -> T:
    """Return a neighbour to call through its interface, wherever it runs."""
    return cast("T", _Neighbour(interface))


class _Neighbour:
    def __init__(self, interface: type) -> None:
        self._interface = interface

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            refuse_inside_transaction(f"a call of {self._interface.__name__}.{method}")
            transport = TRANSPORTS[settings.INTERFACE_CARRIER]
            context = vars(self._interface)["context"]
            with span(f"{context}.{method}", kind="client", context=context):
                return transport(self._interface, _facade_of(self._interface), method, arguments)

        return call


def _facade_of(interface: type) -> object:
    if interface not in _facades:
        raise InvalidInterface(f"nobody has bound {interface.__name__}")
    return _facades[interface]
