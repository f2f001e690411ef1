"""
Problem documents (RFC 9457): the format of every error response of the API.

`code` is for programs and stable; `detail` is for people; `errors` names each invalid field, by a JSON pointer into the
body or the name of a parameter. The response to an unexpected error does not contain its cause.
"""

import logging
import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from psycopg.errors import IdleInTransactionSessionTimeout
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from building_blocks.interfaces.unavailable import ContextUnavailable
from building_blocks.refusals import Refusal

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
DATABASE_UNAVAILABLE = "The shop cannot reach its data just now: try again in a moment."
UNEXPECTED_ERROR = "Something went wrong on our side; it has been logged."
STATUS_BY_KIND = {"invalid": 422, "not_found": 404, "conflict": 409, "forbidden": 403}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Return the problem document of an exception that a view raised; REST framework's EXCEPTION_HANDLER."""
    if isinstance(error, Refusal):
        status = STATUS_BY_KIND[error.kind]
        body = problem(status, code=error.code, detail=error.message) | error.details
        return Response(body, status=status, content_type=MEDIA_TYPE)
    if isinstance(error, ContextUnavailable):
        detail = f"The {error.context} of this shop does not answer just now: try again in a moment."
        return Response(problem(503, code="unavailable", detail=detail), status=503, content_type=MEDIA_TYPE)
    if is_database_error(error):
        logger.error("the database does not answer", exc_info=error)
        return Response(
            problem(503, code="unavailable", detail=DATABASE_UNAVAILABLE), status=503, content_type=MEDIA_TYPE
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound(f"There is nothing at {context['request'].path}.")
    response = drf_exception_handler(error, context)
    if response is None:
        logger.error("unexpected error", exc_info=error)
        return Response(problem(500, code="error", detail=UNEXPECTED_ERROR), status=500, content_type=MEDIA_TYPE)
    response.data = _describe(error, response.status_code)
    response.content_type = MEDIA_TYPE
    return response


def problem_response(status: int, *, code: str, detail: str) -> JsonResponse:
    """Return a problem document outside of REST framework's views."""
    return JsonResponse(problem(status, code=code, detail=detail), status=status, content_type=MEDIA_TYPE)


def invalid_response(error: exceptions.ValidationError) -> JsonResponse:
    """Return the problem document of invalid input, outside of REST framework's views."""
    return JsonResponse(_describe(error, 400), status=400, content_type=MEDIA_TYPE)


def problem(status: int, *, code: str, detail: str) -> dict[str, Any]:
    """Return the members that every problem document has."""
    return {
        "type": f"urn:markethall:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return problem_response(400, code="bad_request", detail="The request could not be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    return problem_response(403, code="forbidden", detail="You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return problem_response(404, code="not_found", detail=f"There is nothing at {request.path}.")


def server_error(request: HttpRequest) -> JsonResponse:
    """Return the problem document of an exception that nothing has handled; Django calls this while handling it."""
    if is_database_error(sys.exception()):
        return problem_response(503, code="unavailable", detail=DATABASE_UNAVAILABLE)
    return problem_response(500, code="error", detail=UNEXPECTED_ERROR)


def is_database_error(error: BaseException | None) -> bool:
    """Return whether a database is unreachable, or has ended a statement, a wait for a lock or an idle transaction."""
    idle = isinstance(error, InternalError) and isinstance(error.__cause__, IdleInTransactionSessionTimeout)
    return idle or isinstance(error, OperationalError | InterfaceError)


def _describe(error: Exception, status: int) -> dict[str, Any]:
    fields = list(_fields(error.detail)) if isinstance(error, exceptions.APIException) else []
    if isinstance(error, exceptions.ValidationError):
        named = "; ".join(f"{field['pointer'] or 'body'}: {field['detail']}" for field in fields)
        return problem(status, code="invalid", detail=named) | {"errors": fields}
    if fields:
        return problem(status, code=fields[0]["code"], detail=fields[0]["detail"])
    return problem(status, code=HTTPStatus(status).phrase.lower().replace(" ", "_"), detail=HTTPStatus(status).phrase)


def _fields(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Yield each error of a nested serializer with a JSON pointer to its field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _fields(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            yield from _fields(inner, pointer if isinstance(inner, str) else f"{pointer}/{number}")
    else:
        yield {"pointer": pointer, "code": detail.code, "detail": str(detail)}
