"""
The delegation of our endpoints to allauth's views.

allauth expects its middleware, a session and a user around every request of the process. Here only its own views get
them, so that a request for a product does not pay for them.
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
    """
    Return a function that passes a request to a view of allauth.

    The function raises ParseError if the body is not a JSON object.
    """
    handle = AccountMiddleware(view.as_api_view(client=Client.APP))

    def delegate(request: Request) -> HttpResponseBase:
        django_request = request._request
        django_request.body  # noqa: B018 - after this read, allauth can read it again
        if not isinstance(request.data, dict):  # our parser refuses all other bodies that break allauth
            raise ParseError("The body is not a JSON object.")
        django_request.session, django_request.user = SessionStore(), AnonymousUser()
        try:
            response: HttpResponseBase = handle(django_request)
        except ImmediateHttpResponse as early:
            response = early.response
        return response

    return delegate
