"""Carrying a call to a facade in the same process: no copy is made, and errors look as they would from afar."""

import logging
from typing import Any

from building_blocks.interfaces.unavailable import ContextUnavailable
from building_blocks.refusals import Refusal

logger = logging.getLogger(__name__)


def call(interface: type, facade: object, method: str, arguments: dict[str, Any]) -> Any:
    """
    Call the facade.

    :raises Refusal: one of those that the context publishes.
    :raises ContextUnavailable: anything else went wrong over there; it is logged here.
    """
    context: str = vars(interface)["context"]
    try:
        return getattr(facade, method)(**arguments)
    except Exception as error:
        if is_published(error, context):
            raise
        logger.exception("%s.%s failed", context, method)
        raise ContextUnavailable(context, method) from error


def is_published(error: Exception, context: str) -> bool:
    return isinstance(error, Refusal) and type(error).__module__ == f"contexts.{context}.published.errors"
