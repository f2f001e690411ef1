"""Checks of a request's URL: it is valid text, and has no more parameters than Django reads."""

from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest


def url_error(request: HttpRequest) -> str | None:
    """Return what is wrong with the path or the query of a request, or None if both are valid."""
    query: str = request.META.get("QUERY_STRING", "")
    limit: int = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if query.count("&") >= limit:
        return f"The query has more than {limit} parameters."
    # Django leaves invalid UTF-8 in the path percent-encoded. The query is what the client sent, decoded as Latin-1.
    return _encoding_error("path", unquote_to_bytes(request.path)) or _encoding_error(
        "query", unquote_to_bytes(query.encode("latin-1"))
    )


def _encoding_error(part: str, value: bytes) -> str | None:
    if b"\x00" in value:
        return f"The {part} contains a null byte."
    try:
        value.decode()
    except UnicodeDecodeError:
        return f"The {part} is not valid UTF-8."
    return None
