"""Copies e-mails that other processes write to a folder into the outbox of the test's process."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from pathlib import Path

from django.core import mail

_folders: dict[Path, set[str]] = {}


@contextmanager
def watching(folder: Path) -> Iterator[None]:
    """Let `collect` read this folder, too."""
    _folders[folder] = set()
    try:
        yield
    finally:
        del _folders[folder]


def collect() -> None:
    """Append new e-mails to Django's outbox, the oldest first."""
    for folder, known in _folders.items():
        new = [path for path in folder.glob("*.eml") if path.name not in known]
        for path in sorted(new, key=lambda path: path.stat().st_mtime_ns):
            known.add(path.name)
            mail.outbox.append(_read(path))


def _read(path: Path) -> mail.EmailMultiAlternatives:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return mail.EmailMultiAlternatives(
        subject=str(message["Subject"]),
        body=plain.get_content() if plain else "",
        to=[address.addr_spec for address in message["To"].addresses],
        headers={"Message-ID": str(message["Message-ID"])},
        alternatives=[(html.get_content(), "text/html")] if html else [],
    )
