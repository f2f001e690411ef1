"""What the address of a request may hold: text that every view can read, and no more parameters than Django reads."""

from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest


def url_error(request: HttpRequest) -> str | None:
    """Return what is wrong with the path or the query of a request, or nothing where they are fine."""
    query: str = request.META.get("QUERY_STRING", "")
    limit: int = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if query.count("&") >= limit:
        return f"The query has more than {limit} parameters."
    # Of the path, Django leaves percent-encoded what is not UTF-8. The query is as the client sent it, as Latin-1.
    return _encoding_error("path", unquote_to_bytes(request.path)) or _encoding_error(
        "query", unquote_to_bytes(query.encode("latin-1"))
    )


def _encoding_error(part: str, value: bytes) -> str | None:
    if b"\x00" in value:
        return f"The {part} holds a null byte."
    try:
        value.decode()
    except UnicodeDecodeError:
        return f"The {part} is not valid UTF-8."
    return None
