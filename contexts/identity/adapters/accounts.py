"""How allauth makes a user (settings.ACCOUNT_ADAPTER)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.internal.restkit.response import ErrorResponse
from django.db import IntegrityError
from django.http import HttpRequest

from contexts.identity.db import atomic
from contexts.identity.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store a new user, or answer as for a known address where somebody has just signed up with it."""
        try:
            with atomic():
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError as error:
            form.add_error("email", self.validation_error("email_taken"))
            raise ImmediateHttpResponse(ErrorResponse(request, input=form)) from error
        return saved
