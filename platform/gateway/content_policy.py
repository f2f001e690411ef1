"""
The Content-Security-Policy of each response: a browser may load and run nothing, unless the view sets another policy.

The policies of the operators' pages and of the API's documentation are here, since their templates come from packages.
No page may run an inline script. The operators' theme evaluates expressions in its markup (Alpine), which needs
'unsafe-eval', and both have styles in their markup (decision 0028).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]

HEADER = "Content-Security-Policy"
DENY_ALL = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_SAME_ORIGIN = (
    "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self' data: blob:;"
    " style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)
OPERATORS_POLICY = f"{_SAME_ORIGIN}; form-action 'self'; script-src 'self' 'unsafe-eval'"
DOCUMENTATION_POLICY = f"{_SAME_ORIGIN}; form-action 'none'; script-src 'self'"
DOCUMENTATION_PATH = "/api/docs/"


def content_policy(get_response: Handler) -> Handler:
    """Middleware: add a Content-Security-Policy to each response that has none."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault(HEADER, _policy_of(request.path))
        return response

    return handle


def _policy_of(path: str) -> str:
    if path.startswith(settings.OPERATORS_PATH):
        return OPERATORS_POLICY
    return DOCUMENTATION_POLICY if path.startswith(DOCUMENTATION_PATH) else DENY_ALL
