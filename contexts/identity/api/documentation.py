"""What the documentation of several of allauth's steps has in common."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from building_blocks.api.openapi import document, problems
from contexts.identity.api.answers import NotAccepted, NotSignedIn, SignedIn

Responses = dict[int | tuple[int, str], OpenApiResponse]

ONCE_MORE = "Show once more who you are, within five minutes before it."
CREDENTIALS = OpenApiExample(
    "Somebody", {"email": "robin@example.com", "password": "a-basket-of-apples"}, request_only=True
)
EMAILED_CODE = OpenApiExample("From the e-mail", {"key": "BCDF-GHJK"}, request_only=True)
APP_CODE = OpenApiExample("From the app", {"code": "123456"}, request_only=True)
SESSION_TOKEN = OpenApiParameter(
    "X-Session-Token",
    location=OpenApiParameter.HEADER,
    description="From `meta` of the answer before, within a flow; otherwise it stands in for an access token.",
)


def refused(**why: str) -> Responses:
    """Return the documentation of refusals, by status, such as `_409="…"`."""
    return {(int(status[1:]), "application/json"): document(NotAccepted, text) for status, text in why.items()}


def anybody(answers: Responses) -> Responses:
    """Return the documentation of a step that needs nobody to be signed in, and may go on in a session."""
    return answers | {410: document(NotSignedIn, "The session is over: begin again.")}


def signed_in(answer: type = SignedIn) -> Responses:
    """Return the documentation of a step for those who are signed in."""
    return {
        200: document(answer),
        (401, "application/json"): document(NotSignedIn, "Nobody is signed in, or they must show once more who."),
        410: document(NotSignedIn, "The session is over."),
        (401, "application/problem+json"): problems(401)[401, "application/problem+json"],
    }


INPUT_REFUSED = refused(_400="Something about the input is wrong.") | problems(400, 415)
TOO_OFTEN = refused(_429="Too many attempts: wait, and try again.")
NO_MAIL = BUSY = problems(503)
