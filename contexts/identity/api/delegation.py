"""
allauth's views behind ours.

allauth wants its middleware, a session and a user around every request of the process; here they are put
around its own views alone, so that a request for a product pays nothing for them.
"""

from collections.abc import Callable

from allauth.account.middleware import AccountMiddleware
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.base.views import APIView
from allauth.headless.constants import Client
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponseBase
from rest_framework.exceptions import ParseError
from rest_framework.request import Request


def delegate_to(view: type[APIView]) -> Callable[[Request], HttpResponseBase]:
    """Return what hands a request on to one of allauth's views, once its body is one that they can read."""
    handle = AccountMiddleware(view.as_api_view(client=Client.APP))

    def delegate(request: Request) -> HttpResponseBase:
        django_request = request._request
        django_request.body  # noqa: B018 - read it first, and it can be read again, by allauth
        if not isinstance(request.data, dict):  # our parser refuses whatever else allauth would choke on
            raise ParseError("The body is not a JSON object.")
        django_request.session, django_request.user = SessionStore(), AnonymousUser()
        try:
            response: HttpResponseBase = handle(django_request)
        except ImmediateHttpResponse as early:
            response = early.response
        return response

    return delegate
