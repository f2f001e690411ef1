"""The parts that the documentation of several of allauth's endpoints shares."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from contexts.identity.api.allauth_responses import AuthenticatedResponse, AuthenticationRequiredResponse, ErrorResponse
from web_api.openapi import document, problems

Responses = dict[int | tuple[int, str], OpenApiResponse]

REAUTHENTICATE_FIRST = "Reauthenticate first, at most five minutes before."
CREDENTIALS = OpenApiExample(
    "Customer", {"email": "robin@example.com", "password": "a-basket-of-apples"}, request_only=True
)
EMAIL_CODE = OpenApiExample("From the e-mail", {"key": "BCDF-GHJK"}, request_only=True)
SECOND_FACTOR_CODE = OpenApiExample("From the app", {"code": "123456"}, request_only=True)
SESSION_TOKEN = OpenApiParameter(
    "X-Session-Token",
    location=OpenApiParameter.HEADER,
    description="Within a flow: from `meta` of the previous response. Otherwise: in place of an access token.",
)


def error_responses(**descriptions: str) -> Responses:
    """Return the documentation of refusals; each argument is a status with its description, such as `_409="…"`."""
    return {
        (int(status[1:]), "application/json"): document(ErrorResponse, text) for status, text in descriptions.items()
    }


def public_responses(responses: Responses) -> Responses:
    """Return the documentation of a step that needs no sign-in, and may continue a session."""
    return responses | {410: document(AuthenticationRequiredResponse, "The session has ended: start again.")}


def authenticated_responses(response: type = AuthenticatedResponse) -> Responses:
    """Return the documentation of a step that needs a sign-in."""
    return {
        200: document(response),
        (401, "application/json"): document(
            AuthenticationRequiredResponse, "No user is signed in, or the user must reauthenticate."
        ),
        410: document(AuthenticationRequiredResponse, "The session has ended."),
        (401, "application/problem+json"): problems(401)[401, "application/problem+json"],
    }


INVALID_INPUT = error_responses(_400="The input is not valid.") | problems(400, 415)
TOO_MANY_ATTEMPTS = error_responses(_429="Too many attempts: wait, and try again.")
MAIL_UNAVAILABLE = BUSY = problems(503)
