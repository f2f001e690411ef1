"""The transport `local`: a call runs in the same process. Nothing is copied; errors are as over a network."""

import logging
from typing import Any

from building_blocks.interfaces.declare import context_of, errors_of
from building_blocks.interfaces.unavailable import ContextUnavailable

logger = logging.getLogger(__name__)


def call(interface: type, facade: object, method: str, arguments: dict[str, Any]) -> Any:
    """
    Call the facade and return its result.

    :raises Refusal: one of those that the interface declares.
    :raises ContextUnavailable: the facade raised any other error, which is logged here.
    """
    context = context_of(interface)
    try:
        return getattr(facade, method)(**arguments)
    except Exception as error:
        if type(error) in errors_of(interface).values():
            raise
        logger.exception("%s.%s failed", context, method)
        raise ContextUnavailable(context, method) from error
