"""Reading the Idempotency-Key header."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from web_api.idempotency.keys import IdempotencyKey

HEADER = "Idempotency-Key"


def idempotency_key(request: Request, *, scope: str, body: Any) -> IdempotencyKey:
    """
    Return the idempotency key of a request.

    :param scope: the shopper and the operation; the same text of another shopper is another key.
    :param body: the body of the request; the same key with another body is refused.
    :raises ValidationError: the header is missing, or is not 1 to 255 printable characters.
    """
    key = request.headers.get(HEADER, "")
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise ValidationError({HEADER: "Send 1 to 255 printable characters, new for each purchase."})
    return IdempotencyKey.of(scope=scope, key=key, body=body)
