"""E-mail without a mail server: kept as files in development, refused in production, where it is then sent later."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class NoMailServer(Exception):
    """Raised instead of sending: the message whose handler wanted to send is kept and can be replayed."""


class NoMailServerBackend(BaseEmailBackend):
    """Refuses to send, in production while EMAIL_URL names no server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> NoReturn:
        raise NoMailServer("EMAIL_URL is not set")


class FileBackend(BaseEmailBackend):
    """Writes one `.eml` per Message-ID to EMAIL_FILE_PATH, so that an e-mail sent twice is there once."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^\w.@-]", "", str(message["Message-ID"]))
            # Written under another name first, so that readers of the folder see whole e-mails only.
            unfinished = folder / f".{name}"
            unfinished.write_bytes(message.as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)
