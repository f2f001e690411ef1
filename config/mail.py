"""What sends e-mail in production while EMAIL_URL names no server: nobody, and it is not lost."""

from collections.abc import Sequence
from typing import NoReturn

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class NoMailServer(Exception):
    """Raised instead of sending: a message whose handler wanted to is kept, tried again, and can be replayed."""


class UnsetBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> NoReturn:
        raise NoMailServer("EMAIL_URL is not set")
