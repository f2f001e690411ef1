"""
The transport `wire`: a call and its response as JSON, which is how both would travel over a network.

`call` encodes, serves and decodes within the process, so anything that could not be sent fails in a test. A transport
over a network, which does not exist yet, would use the same functions.
"""

import inspect
import logging
from functools import cache
from typing import Any, Literal, get_type_hints

import msgspec

from building_blocks.interfaces.declare import context_of, errors_of, methods_of
from building_blocks.interfaces.unavailable import ContextUnavailable
from building_blocks.refusals import Detail, Refusal

logger = logging.getLogger(__name__)


class Response(msgspec.Struct):
    """The result of a call: a value, a refusal, or a failure."""

    status: Literal["done", "refused", "broken"]
    value: msgspec.Raw = msgspec.Raw(b"null")
    refusal: "RefusalDocument | None" = None


class RefusalDocument(msgspec.Struct):
    code: str
    message: str
    details: dict[str, Detail]


def call(interface: type, facade: object, method: str, arguments: dict[str, Any]) -> Any:
    """
    Serve a call as JSON within this process and return the decoded value.

    :raises Refusal: one of those that the interface declares.
    :raises ContextUnavailable: the call failed, or its response cannot be decoded.
    """
    return decode_response(interface, method, serve(interface, facade, method, msgspec.json.encode(arguments)))


def serve(interface: type, facade: object, method: str, body: bytes) -> bytes:
    """
    Run a call that arrived as JSON, and return its `Response` as JSON.

    :raises msgspec.ValidationError: the body does not fit the method's parameters.
    """
    arguments = msgspec.json.decode(body, type=parameters_type(interface, method))
    try:
        value = getattr(facade, method)(**msgspec.structs.asdict(arguments))
        return msgspec.json.encode(Response("done", value=msgspec.Raw(msgspec.json.encode(value))))
    except Exception as error:
        if isinstance(error, Refusal) and type(error) in errors_of(interface).values():
            refusal = RefusalDocument(error.code, error.message, error.details)
            return msgspec.json.encode(Response("refused", refusal=refusal))
        logger.exception("%s.%s failed", interface.__name__, method)
        return msgspec.json.encode(Response("broken"))


def decode_response(interface: type, method: str, body: bytes) -> Any:
    """
    Return the value that a response contains.

    :raises Refusal: the response contains one that the interface declares.
    :raises ContextUnavailable: the call failed, or this code cannot decode its response.
    """
    context = context_of(interface)
    try:
        response = msgspec.json.decode(body, type=Response)
        if response.status == "done":
            return msgspec.json.decode(response.value, type=get_type_hints(methods_of(interface)[method])["return"])
    except Exception as error:  # of any kind: decoding runs the constructors of values, each of which may raise its own
        logger.error("the response to %s.%s cannot be decoded: %s", context, method, type(error).__name__)
        raise ContextUnavailable(context, method) from error
    if response.refusal is not None and (refusal := errors_of(interface).get(response.refusal.code)):
        raise refusal(response.refusal.message, **response.refusal.details)
    raise ContextUnavailable(context, method)


@cache
def parameters_type(interface: type, method: str) -> type[msgspec.Struct]:
    """Return the type as which the body of a call is decoded: one field for each parameter of the method."""
    function = methods_of(interface)[method]
    hints = get_type_hints(function)
    fields = [
        (p.name, hints[p.name]) if p.default is p.empty else (p.name, hints[p.name], p.default)
        for p in list(inspect.signature(function).parameters.values())[1:]
    ]
    return msgspec.defstruct(f"{method}_parameters", fields, kw_only=True, forbid_unknown_fields=True)
