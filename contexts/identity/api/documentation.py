"""What the documentation of several of allauth's steps has in common."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from contexts.identity.api.allauth_responses import AuthenticatedResponse, AuthenticationRequiredResponse, ErrorResponse
from web_api.openapi import document, problems

Responses = dict[int | tuple[int, str], OpenApiResponse]

REAUTHENTICATE_FIRST = "Show once more who you are, within five minutes before it."
CREDENTIALS = OpenApiExample(
    "Somebody", {"email": "robin@example.com", "password": "a-basket-of-apples"}, request_only=True
)
EMAIL_CODE = OpenApiExample("From the e-mail", {"key": "BCDF-GHJK"}, request_only=True)
SECOND_FACTOR_CODE = OpenApiExample("From the app", {"code": "123456"}, request_only=True)
SESSION_TOKEN = OpenApiParameter(
    "X-Session-Token",
    location=OpenApiParameter.HEADER,
    description="From `meta` of the answer before, within a flow; otherwise it stands in for an access token.",
)


def error_responses(**descriptions: str) -> Responses:
    """Return the documentation of refusals, by status, such as `_409="…"`."""
    return {
        (int(status[1:]), "application/json"): document(ErrorResponse, text) for status, text in descriptions.items()
    }


def public_responses(responses: Responses) -> Responses:
    """Return the documentation of a step that needs nobody to be signed in, and may go on in a session."""
    return responses | {410: document(AuthenticationRequiredResponse, "The session is over: begin again.")}


def authenticated_responses(response: type = AuthenticatedResponse) -> Responses:
    """Return the documentation of a step for those who are signed in."""
    return {
        200: document(response),
        (401, "application/json"): document(
            AuthenticationRequiredResponse, "Nobody is signed in, or they must show once more who."
        ),
        410: document(AuthenticationRequiredResponse, "The session is over."),
        (401, "application/problem+json"): problems(401)[401, "application/problem+json"],
    }


INVALID_INPUT = error_responses(_400="Something about the input is wrong.") | problems(400, 415)
TOO_MANY_ATTEMPTS = error_responses(_429="Too many attempts: wait, and try again.")
MAIL_UNAVAILABLE = BUSY = problems(503)
