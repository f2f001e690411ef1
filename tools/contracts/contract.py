"""The contract of one context: all that others, or an older or newer version of itself, rely on."""

from collections.abc import Callable
from typing import Any, get_type_hints

from building_blocks.interfaces.declare import methods_of
from building_blocks.interfaces.wire import filter_parameters
from messaging.declare import declaration
from tools.contracts.declared import interfaces_of, is_published, messages_of, refusals_of
from tools.contracts.schemas import Schema, schemas_of

Contract = dict[str, Any]


def contract_of(context: str) -> Contract:
    """
    Return the contract as a JSON document.

    - `events`, `commands`: each message by type, with the field that names what it is about, whether it is for
      others (`published`) or the context's own, and what it carries;
    - `methods`: each method of its interface, with its promises, what it takes and what it answers;
    - `refusals`: the codes in which any of its methods may end instead;
    - `$defs`: the schemas of all these.
    """
    messages, methods = messages_of(context), _methods_of(context)
    types: dict[str, Any] = dict(messages)
    for name, (interface, function) in methods.items():
        types[f"{name} arguments"] = filter_parameters(interface, function.__name__)
        types[f"{name} result"] = get_type_hints(function)["return"]
    schemas, definitions = schemas_of(types)
    described = {type_: _message(cls, schemas[type_]) for type_, cls in messages.items()}
    return {
        "events": {type_: described[type_] for type_, cls in messages.items() if not declaration(cls).is_command},
        "commands": {type_: described[type_] for type_, cls in messages.items() if declaration(cls).is_command},
        "methods": {
            name: {
                "idempotent": vars(function)["call_policy"].idempotent,
                "timeout": vars(function)["call_policy"].timeout,
                "arguments": schemas[f"{name} arguments"],
                "result": schemas[f"{name} result"],
            }
            for name, (_, function) in methods.items()
        },
        "refusals": refusals_of(context),
        "$defs": definitions,
    }


def _message(cls: type, payload: Schema) -> Schema:
    return {"published": is_published(cls), "key": declaration(cls).key, "payload": payload}


def _methods_of(context: str) -> dict[str, tuple[type, Callable[..., Any]]]:
    """Return each method with the interface that declares it, by both names."""
    return {
        f"{interface.__name__}.{name}": (interface, function)
        for interface in interfaces_of(context)
        for name, function in methods_of(interface).items()
    }
