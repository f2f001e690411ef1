"""
A page for operators where the API would answer with a problem document: what happened, and what to do.

It asks nobody: a page that tells of trouble must not run into it.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from observability.tracing import current_attributes
from web_api.problems import MEDIA_TYPE

EXPLANATIONS = {
    400: ("This request makes no sense", "Go back and try again."),
    403: ("This is not allowed", "Go back, or begin at the first page."),
    404: ("There is nothing at this address", "Go back, or begin at the first page."),
    411: ("Nobody can tell how long this form is", "Go back and try again with another browser."),
    413: (
        "That is too much at once",
        "Go back and send less with one form: pictures that are smaller, or fewer of them.",
    ),
    503: ("The shop cannot get at its data just now", "Nothing was changed. Try again in a moment."),
}
SERVER_ERROR = "Something went wrong on our side"
SERVER_ERROR_ADVICE = (
    "It has been noted. Go back and look whether what you did is there before you do it again. If this page comes"
    " again, tell whoever runs the shop the number below."
)
STALE_FORM = "This form is out of date, and nothing was changed"
STALE_FORM_ADVICE = (
    "It stood open for too long, or you have signed in anew since. Go back, reload the page, and send it again."
)


def problem_as_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a page of the same status where the response is a problem document, else the answer."""
    if response.headers.get("Content-Type") != MEDIA_TYPE:
        return response
    title, advice = EXPLANATIONS.get(response.status_code, (SERVER_ERROR, SERVER_ERROR_ADVICE))
    return _page(request, response.status_code, title, advice)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not fit; Django's CSRF_FAILURE_VIEW."""
    return _page(request, 403, STALE_FORM, STALE_FORM_ADVICE)


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    context = {"title": title, "advice": advice, "request_id": current_attributes().get("request_id", "")}
    return render(request, "backoffice/error_page.html", context, status=status)
