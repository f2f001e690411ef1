"""
How a call travels: JSON out, JSON back, through the code that serves it.

`call` does all of this within the process, so that whatever could not travel fails in a test; a call over
the network encodes, serves and decodes with the same functions.
"""

import importlib
import inspect
import logging
from functools import cache
from typing import Any, Literal, get_type_hints

import msgspec

from building_blocks.interfaces.declare import methods_of
from building_blocks.interfaces.local import is_published
from building_blocks.interfaces.unavailable import ContextUnavailable
from building_blocks.refusals import Detail, Refusal

logger = logging.getLogger(__name__)


class Response(msgspec.Struct):
    """What comes back: a value, or the refusal that stands in for it, or word that something broke."""

    status: Literal["done", "refused", "broken"]
    value: msgspec.Raw = msgspec.Raw(b"null")
    refusal: "RefusalDocument | None" = None


class RefusalDocument(msgspec.Struct):
    code: str
    message: str
    details: dict[str, Detail]


def call(interface: type, facade: object, method: str, arguments: dict[str, Any]) -> Any:
    """Send a call out as JSON and take its response back, within this process."""
    return decode_response(interface, method, serve(interface, facade, method, msgspec.json.encode(arguments)))


def serve(interface: type, facade: object, method: str, body: bytes) -> bytes:
    """
    Answer a call that arrived as JSON.

    :raises msgspec.ValidationError: the body does not fit the method's parameters.
    """
    arguments = msgspec.json.decode(body, type=filter_parameters(interface, method))
    try:
        value = getattr(facade, method)(**msgspec.structs.asdict(arguments))
        return msgspec.json.encode(Response("done", value=msgspec.Raw(msgspec.json.encode(value))))
    except Exception as error:
        if isinstance(error, Refusal) and is_published(error, vars(interface)["context"]):
            refusal = RefusalDocument(error.code, error.message, error.details)
            return msgspec.json.encode(Response("refused", refusal=refusal))
        logger.exception("%s.%s failed", interface.__name__, method)
        return msgspec.json.encode(Response("broken"))


def decode_response(interface: type, method: str, body: bytes) -> Any:
    """
    Take a response apart.

    :raises Refusal: the published one that the response carries.
    :raises ContextUnavailable: the other side broke, or answered in a way that this code does not understand.
    """
    context: str = vars(interface)["context"]
    try:
        response = msgspec.json.decode(body, type=Response)
        if response.status == "done":
            return msgspec.json.decode(response.value, type=get_type_hints(methods_of(interface)[method])["return"])
    except Exception as error:  # of any kind: what is decoded makes values, each of which may refuse what it is made of
        logger.error("%s.%s got a response that makes no sense: %s", context, method, type(error).__name__)
        raise ContextUnavailable(context, method) from error
    if response.refusal is not None and (refusal := _refusals(context).get(response.refusal.code)):
        raise refusal(response.refusal.message, **response.refusal.details)
    raise ContextUnavailable(context, method)


@cache
def filter_parameters(interface: type, method: str) -> type[msgspec.Struct]:
    """Return what the body of a call is decoded as."""
    function = methods_of(interface)[method]
    hints = get_type_hints(function)
    fields = [
        (p.name, hints[p.name]) if p.default is p.empty else (p.name, hints[p.name], p.default)
        for p in list(inspect.signature(function).parameters.values())[1:]
    ]
    return msgspec.defstruct(f"{method}_parameters", fields, kw_only=True, forbid_unknown_fields=True)


@cache
def _refusals(context: str) -> dict[str, type[Refusal]]:
    errors = importlib.import_module(f"contexts.{context}.published.errors")
    return {
        error.code: error
        for error in vars(errors).values()
        if inspect.isclass(error) and issubclass(error, Refusal) and error is not Refusal
    }
