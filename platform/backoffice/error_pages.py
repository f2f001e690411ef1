"""
Error pages for operators, in place of the API's problem documents: what happened, and what to do.

Rendering one needs no database, since a database may be the cause of the error.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from observability.tracing import current_attributes
from web_api.problems import MEDIA_TYPE

EXPLANATIONS = {
    400: ("This request is not valid", "Go back and try again."),
    403: ("You may not do this", "Go back, or start from the first page."),
    404: ("There is no page at this address", "Go back, or start from the first page."),
    411: ("Your browser did not send the length of this form", "Go back and try again with another browser."),
    413: (
        "This form is too large",
        "Go back and send smaller pictures, or fewer of them.",
    ),
    503: ("The shop cannot reach its database at the moment", "Nothing was changed. Try again in a moment."),
}
SERVER_ERROR = "Something went wrong on our side"
SERVER_ERROR_ADVICE = (
    "The error has been logged. Go back and check whether your change was saved before you repeat it. If this page"
    " appears again, send the number below to the administrator of the shop."
)
STALE_FORM = "This form is out of date, and nothing was changed"
STALE_FORM_ADVICE = (
    "It was open for too long, or you have signed in again since. Go back, reload the page, and send it again."
)


def problem_as_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return an error page of the same status if the response is a problem document; otherwise the response."""
    if response.headers.get("Content-Type") != MEDIA_TYPE:
        return response
    title, advice = EXPLANATIONS.get(response.status_code, (SERVER_ERROR, SERVER_ERROR_ADVICE))
    return _page(request, response.status_code, title, advice)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the error page for a form whose CSRF token is not valid; Django's CSRF_FAILURE_VIEW."""
    return _page(request, 403, STALE_FORM, STALE_FORM_ADVICE)


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    context = {"title": title, "advice": advice, "request_id": current_attributes().get("request_id", "")}
    return render(request, "backoffice/error_page.html", context, status=status)
