"""E-mail without a mail server: files in development; in production an error, so that it can be sent later."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class NoMailServer(Exception):
    """Raised instead of sending an e-mail. The handler's message then fails; it stays stored, and can be replayed."""


class NoMailServerBackend(BaseEmailBackend):
    """Raises NoMailServer instead of sending. Production uses this backend if EMAIL_URL is empty."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> NoReturn:
        raise NoMailServer("EMAIL_URL is not set")


class FileBackend(BaseEmailBackend):
    """Writes one `.eml` per Message-ID to EMAIL_FILE_PATH, so that an e-mail sent twice is one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^\w.@-]", "", str(message["Message-ID"]))
            # Written under another name first, so that readers of the folder see only complete e-mails.
            unfinished = folder / f".{name}"
            unfinished.write_bytes(message.as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)
