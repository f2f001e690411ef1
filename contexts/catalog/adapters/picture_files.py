"""
The files of the pictures, in Django's default storage: a folder, or an object store where the settings name one.

A file bears its product's id and a digest of its content, so what is at an address never changes. Keeping and removing
the files of one product goes on under the lock of its row: else one operator may remove what another just found there.
"""

import logging
import re
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)

NAME = re.compile(r"[0-9a-f-]{36}/[0-9a-f]{32}\.webp")


def store(product_id: UUID, content: bytes) -> str:
    """Store a file, unless it is there, and return its name."""
    name = f"{product_id}/{sha256(content).hexdigest()[:32]}.webp"
    if not default_storage.exists(name) or default_storage.size(name) != len(content):
        default_storage.delete(name)  # what is there was cut short by a crash
        default_storage.save(name, ContentFile(content))
    return name


def url(name: str) -> str:
    """Return where a client finds a file."""
    return default_storage.url(name)


def read(name: str) -> bytes | None:
    """Return what a file holds, or nothing where there is none, whatever the name."""
    if not NAME.fullmatch(name):
        return None
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def remove(names: Iterable[str]) -> None:
    """Remove files that nothing names any more; one that cannot be removed does no harm."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            logger.exception("the picture %s stays in the storage", name)
