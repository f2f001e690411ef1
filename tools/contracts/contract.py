"""The contract of one context: everything on which other contexts, or other versions of it, rely."""

from collections.abc import Callable
from typing import Any, get_type_hints

from building_blocks.interfaces.declare import methods_of
from building_blocks.interfaces.wire import parameters_type
from messaging.declare import declaration
from tools.contracts.declared import interfaces_of, is_published, messages_of, refusals_of
from tools.contracts.schemas import Schema, schemas_of

Contract = dict[str, Any]


def contract_of(context: str) -> Contract:
    """
    Return the contract as a JSON document.

    - `events`, `commands`: each message by type, with its key, whether it is for other contexts (`published`) or only
      for this one, and its payload;
    - `methods`: each method of its interface, with its policy, arguments and result;
    - `refusals`: the codes of refusals that any of its methods may raise;
    - `$defs`: the schemas to which the others refer.
    """
    messages, methods = messages_of(context), _methods_of(context)
    types: dict[str, Any] = dict(messages)
    for name, (interface, function) in methods.items():
        types[f"{name} arguments"] = parameters_type(interface, function.__name__)
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
                "answer": schemas[f"{name} result"],
            }
            for name, (_, function) in methods.items()
        },
        "refusals": refusals_of(context),
        "$defs": definitions,
    }


def _message(cls: type, payload: Schema) -> Schema:
    return {"published": is_published(cls), "key": declaration(cls).key, "payload": payload}


def _methods_of(context: str) -> dict[str, tuple[type, Callable[..., Any]]]:
    """Return each method with the interface that declares it, by `Interface.method`."""
    return {
        f"{interface.__name__}.{name}": (interface, function)
        for interface in interfaces_of(context)
        for name, function in methods_of(interface).items()
    }
