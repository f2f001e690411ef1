"""E-mails as files: one `.eml` per Message-ID, so that a mail sent twice is there once, as in a mailbox."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FileBackend(BaseEmailBackend):
    """Writes to the folder EMAIL_FILE_PATH."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^\w.@-]", "", str(message["Message-ID"]))
            # Written under another name first: whoever looks into the folder sees whole mails only.
            unfinished = folder / f".{name}"
            unfinished.write_bytes(message.as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)
