"""
Binding published interfaces: `bind` in a context's `apps.py`, `use` in its `neighbours.py`.

The setting INTERFACE_CARRIER selects the transport, and is read at each call. A call has the same result
with each transport. Nothing is cached.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings

from building_blocks.databases.transactions import refuse_inside_transaction
from building_blocks.interfaces import local, wire
from building_blocks.interfaces.declare import InvalidInterface, check_conformance, context_of
from observability.tracing import span

T = TypeVar("T")

TRANSPORTS: dict[str, Callable[[type, object, str, dict[str, Any]], Any]] = {
    "local": local.call,
    "wire": wire.call,
}

_facades: dict[type, object] = {}


def bind(interface: type, facade: type) -> None:
    """
    Register the facade that implements a context's interface.

    :raises InvalidInterface: the facade differs from the interface in a parameter or annotation, or another facade is
        bound to the interface already.
    """
    check_conformance(interface, facade)
    if interface in _facades and type(_facades[interface]) is not facade:
        other = type(_facades[interface]).__name__
        raise InvalidInterface(
            f"{interface.__name__} is already bound to {other}, and cannot be bound to {facade.__name__}"
        )
    _facades[interface] = facade()


def use(interface: type[T]) -> T:
    """Return an object that has the methods of an interface and calls the context that implements it."""
    return cast("T", _Neighbour(interface))


class _Neighbour:
    def __init__(self, interface: type) -> None:
        self._interface = interface

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            refuse_inside_transaction(f"a call of {self._interface.__name__}.{method}")
            transport = TRANSPORTS[settings.INTERFACE_CARRIER]
            context = context_of(self._interface)
            with span(f"{context}.{method}", kind="client", context=context):
                return transport(self._interface, _facade_of(self._interface), method, arguments)

        return call


def _facade_of(interface: type) -> object:
    if interface not in _facades:
        raise InvalidInterface(f"no facade is bound to {interface.__name__}")
    return _facades[interface]
